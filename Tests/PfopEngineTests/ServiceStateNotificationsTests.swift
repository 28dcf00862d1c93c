import Testing

@testable import PfopEngine

/// Receivers of which is known that they may not be called.
struct ServiceStateNotificationsTests {
  private static let second: Int64 = 1_000_000_000
  private static let stranger = "http://192.0.2.1"

  private func state(_ job: String = "{}", then: String = "[{ accept: true }]") throws -> ServiceState {
    let buckets = "buckets: { media: { keys: [video.mp4], job: \(job), then: \(then) } }"
    var state = ServiceState(fixture: try Samples.fixture(buckets))
    state.forbid(Self.stranger, because: "a stranger")
    return state
  }

  private func form(_ url: String = stranger + "/done?id=7") -> String { Samples.form(["notifyURL": url]) }

  @Test func nobodyIsWakedForWhatCannotBeSent() throws {
    var state = try state()
    state.happenings.keep()
    #expect(try state.outcome(form()) == "200")
    let news = state.takeNews()
    #expect(!news && !state.hasOrders && state.nextDue == nil)
    #expect(state.state(of: 1)?.delivery == .suppressed && state.state(of: 1)?.isSettled == true)
    let delivery = try #require(state.delivery(1))
    #expect(
      delivery
        == Delivery(number: 1, id: 1, attempt: 1, at: Timestamp(nanoseconds: 0), .init(.suppressed("a stranger"))))
    #expect(state.deliveryTally.begun == 1 && state.deliveryTally.suppressed == 1 && state.deliveryTally.underWay == 0)
    #expect(
      (1..<state.happenings.next).map { state.happenings[$0] } == [
        .job(id: 1, phase: .finished, at: 0), .delivery(number: 1, hasEnded: false),
        .delivery(number: 1, hasEnded: true),
      ])
  }

  @Test func othersAreNotifiedAndSoIsEverybodyOnceItIsForgotten() throws {
    var state = try state()
    #expect(try state.outcome(form("http://127.0.0.1:1/")) == "200")
    #expect(state.takeNews() == true)
    #expect(state.takeOrders(limit: 9).map(\.order.id) == [1])
    state.forgetForbidden()
    #expect(try state.outcome(form()) == "200")
    #expect(state.takeOrders(limit: 9).map(\.order.id) == [2])
    #expect(state.deliveryNumbers.isEmpty)
  }

  @Test func whatFallsDueLaterEndsThen() throws {
    var state = try state("{ waiting: 1s, processing: 1s }")
    for _ in 0..<2 { #expect(try state.outcome(form()) == "200") }
    #expect(state.deliveryNumbers.isEmpty)
    _ = state.takeNews()
    #expect(state.advance(to: Timestamp(nanoseconds: 2 * Self.second), limit: 10) == 4)
    #expect(state.deliveryNumbers == 1..<3 && state.delivery(2)?.at.nanoseconds == 2 * Self.second)
    #expect(!state.hasOrders)
    // A tester gets his own all the same: it is looked up anew.
    #expect(state.redeliver(2, wish: 1, at: Timestamp(nanoseconds: 2 * Self.second)) == true)
    #expect(state.hasOrders)
  }

  @Test func anAnswerThatIsToLeaveBehindTheNotificationIsNotHeld() throws {
    var state = try state(then: "[{ accept: true, fault: earlyNotification }]")
    #expect(try state.script(form()).script?.hold == nil)
    #expect(try state.script(form("http://127.0.0.1:1/")).script?.hold != nil)
  }

  @Test func aTryThatWasPlannedBeforeEndsAsTheOthersDo() throws {
    var state = try state()
    state.forgetForbidden()
    #expect(try state.outcome(form()) == "200")
    let order = try #require(state.takeOrders(limit: 1).first?.order)
    state.deliverySkipped(order, Delivery.Ending(.failed("unknown host")), at: Timestamp(nanoseconds: 0))
    let due = try #require(state.nextDue)
    state.forbid(Self.stranger, because: "a stranger")
    _ = state.advance(to: due, limit: 10)
    #expect(state.delivery(2)?.attempt == 2 && state.delivery(2)?.outcome == .suppressed("a stranger"))
    #expect(state.state(of: 1)?.delivery == .suppressed)
  }
}

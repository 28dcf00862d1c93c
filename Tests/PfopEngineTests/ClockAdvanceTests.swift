import Testing

@testable import PfopEngine

struct ClockAdvanceTests {
  private static let second: Int64 = 1_000_000_000

  private func state(_ buckets: String) throws -> ServiceState {
    ServiceState(fixture: try Samples.fixture("buckets: \(buckets)"))
  }

  /// Leads the advance to its end; whatever is to be delivered fails at once.
  /// - Returns: when each try was due, in seconds.
  private func run(_ advance: inout ClockAdvance, _ state: inout ServiceState) -> [Double] {
    var times: [Double] = []
    var underWay: [Delivery] = []
    while true {
      for (order, _) in state.takeOrders(limit: 1000) {
        guard let delivery = state.deliveryBegan(order)?.delivery else { continue }
        times.append(Double(delivery.at.nanoseconds) / Double(Self.second))
        underWay.append(delivery)
      }
      switch advance.proceed(&state, isDelivering: !underWay.isEmpty || state.hasOrders) {
      case .goesOn: continue
      case .arrived: return times
      case .awaitsDeliveries:
        for var delivery in underWay {
          delivery.outcome = .failed("refused")
          state.deliveryEnded(delivery, at: delivery.at)
        }
        underWay = []
      }
    }
  }

  @Test func retriesHappenWithinOneAdvance() throws {
    var state = try state("{ media: { keys: [video.mp4], job: { waiting: 1s, processing: 2s } } }")
    #expect(try state.outcome(Samples.form()) == "200")
    var advance = ClockAdvance(from: Timestamp(nanoseconds: 0), to: Timestamp(nanoseconds: 9 * Self.second))
    #expect(run(&advance, &state) == [3, 4, 6])
    #expect(state.clock.now(0).nanoseconds == 9 * Self.second)
    var rest = ClockAdvance(from: state.clock.now(0), to: Timestamp(nanoseconds: 100 * Self.second))
    #expect(run(&rest, &state) == [10, 18])
    #expect(StatusReport(try #require(state.lookUp(1).job)).code == .notificationFailed)
  }

  /// Tries keep their order although those of a whole window are under way at once.
  @Test func triesOfManyJobsGoByTheirTimes() throws {
    var state = try state(
      "{ a: { keys: [k], job: { processing: 1500ms } }, b: { keys: [k], job: { processing: 2s } } }")
    for bucket in ["b", "a"] { #expect(try state.outcome(Samples.form(["bucket": bucket, "key": "k"])) == "200") }
    var advance = ClockAdvance(from: Timestamp(nanoseconds: 0), to: Timestamp(nanoseconds: 5 * Self.second))
    #expect(run(&advance, &state) == [1.5, 2, 2.5, 3, 4.5, 5])
  }

  @Test func nothingHappensBehindTheTarget() throws {
    var state = try state("{ media: { keys: [video.mp4], job: { waiting: 10s } } }")
    #expect(try state.outcome(Samples.form()) == "200")
    var advance = ClockAdvance(from: Timestamp(nanoseconds: 0), to: Timestamp(nanoseconds: 10 * Self.second - 1))
    #expect(run(&advance, &state) == [] && advance.eventCount == 0)
    var last = ClockAdvance(from: state.clock.now(0), to: Timestamp(nanoseconds: 10 * Self.second))
    #expect(run(&last, &state) == [10])
    #expect(last.eventCount == 1)
  }

  @Test func aTargetInThePastIsNow() throws {
    var state = try state("{ media: { keys: [video.mp4] } }")
    state.clock.advance(to: Timestamp(nanoseconds: 50))
    var advance = ClockAdvance(from: Timestamp(nanoseconds: 50), to: Timestamp(nanoseconds: 20))
    #expect(run(&advance, &state) == [])
    #expect(state.clock.now(0).nanoseconds == 50)
  }
}

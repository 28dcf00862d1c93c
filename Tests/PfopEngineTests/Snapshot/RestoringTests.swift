import ByteText
import Testing

@testable import PfopEngine

/// What the clock does to a service that is restored.
struct RestoringTests {
  private static func snapshot() -> ServiceSnapshot {
    var snapshot = ServiceSnapshot()
    snapshot.now = Timestamp(nanoseconds: 1000)
    snapshot.start = Timestamp(nanoseconds: 400)
    snapshot.nextID = 2
    var job = Job.blank
    job.id = 1
    job.state = JobState(phase: .waiting, delivery: .none, tries: 0, due: 1500)
    snapshot.jobs = [ServiceSnapshot.StoredJob(job: job, plan: .immediate)]
    return snapshot
  }

  private static func restored(
    _ mode: ServiceClock.Mode, wall: Int64, _ snapshot: ServiceSnapshot = snapshot()
  ) -> ServiceState {
    let own = ServiceClock(mode, wall: wall, monotonic: 70)
    return ServiceState(snapshot, settings: ServiceState.Settings(), clock: own, monotonic: 80)
  }

  @Test func aHeldClockStandsWhereItStood() {
    var service = Self.restored(.manual, wall: 5_000_000)
    #expect(service.clock.now(0).nanoseconds == 1000)
    #expect(service.clock.sinceStart(service.clock.now(0)) == 600)
    #expect(service.nextDue?.nanoseconds == 1500)
    service.reset(.clock)
    #expect(service.clock.now(0).nanoseconds == 400)
  }

  @Test func onARunningClockWaitsArePutOffByAsLongAsNobodyServed() {
    var service = Self.restored(.real, wall: 5_000_000)
    #expect(service.clock.now(80).nanoseconds == 5_000_010)
    #expect(service.nextDue?.nanoseconds == 5_000_510)
    #expect(service.clock.sinceStart(service.clock.now(80)) == 600)
    #expect(service.clock.now(90).nanoseconds == 5_000_020)
  }

  @Test func timeDoesNotGoBack() {
    var service = Self.restored(.real, wall: 100)
    #expect(service.clock.now(80).nanoseconds == 1000)
    #expect(service.nextDue?.nanoseconds == 1500)
  }

  @Test func aTimeThatLiesBeyondAllTimesIsNoTrap() {
    var snapshot = Self.snapshot()
    snapshot.jobs[0].job.state = JobState(phase: .waiting, delivery: .none, tries: 0, due: .max - 1)
    #expect(Self.restored(.real, wall: .max / 2, snapshot).nextDue?.nanoseconds == Int64.max - 1)
  }

  @Test func whatIsUnderWayForTheOneBeforeIsForNobody() throws {
    var old = Self.restored(.manual, wall: 0)
    var snapshot = Self.snapshot()
    snapshot.jobs[0].job.notifyURL = "http://a/"
    snapshot.jobs[0].job.state = JobState(phase: .finished, delivery: .underWay, tries: 1, due: .max)
    var service = Self.restored(.manual, wall: 0, snapshot)
    let held = old.hold(until: 9)
    service.takePlace(of: old)
    let releases = service.takeReleases()
    #expect(releases == [held])
    let orders = service.takeOrders(limit: 5)
    let order = try #require(orders.first?.order)
    let begun = service.deliveryBegan(order)
    let delivery = try #require(begun?.delivery)
    var other = Self.restored(.manual, wall: 0, snapshot)
    other.takePlace(of: service)
    var ended = delivery
    ended.outcome = .answered(status: 200, content: [], remark: nil)
    other.deliveryEnded(ended, at: Timestamp(nanoseconds: 1))
    #expect(other.state(of: 1)?.delivery == .underWay)
    // And its own order is good.
    let foreign = other.deliveryBegan(order)
    let own = other.takeOrders(limit: 5)
    #expect(foreign == nil)
    #expect(own.count == 1)
  }

  @Test func deliveriesKeepTheirNumbers() {
    var snapshot = Self.snapshot()
    snapshot.nextDelivery = 2000
    snapshot.deliveries = ([3, 1500, 1998] as [Int64]).map { number in
      var delivery = Delivery.blank
      delivery.number = number
      return delivery
    }
    let service = Self.restored(.manual, wall: 0, snapshot)
    #expect(service.deliveryNumbers == 3..<2000)
    #expect(service.delivery(1500)?.outcome == .failed("the state was written down before there was an answer"))
    #expect(service.delivery(4) == nil && service.delivery(1999) == nil)
    var few = DeliveryLog(limit: 3)
    few.restore(snapshot.deliveries, next: 2000)
    #expect(few.numbers == 1998..<2000)
    for number in 2000...2010 as ClosedRange<Int64> {
      let begun = few.begin(of: 1, attempt: 1, at: Timestamp(nanoseconds: 0))
      #expect(begun.number == number)
    }
    #expect(few[2010] != nil && few[2007] == nil)
  }

  @Test func attemptsAreCountedAlikeInEveryProcess() {
    var counts = AttemptCounts()
    let content = Array("bucket=a&key=b&fops=avinfo".utf8)
    content.withUnsafeBytes { _ = counts.count($0, path: $0.slice(0, 5)) }
    // Known from another process.
    #expect(counts.rows.map(\.hash) == [11_286_175_044_019_926_782])
    #expect(counts.rows.map(\.count) == [1])
  }
}

import Testing

@testable import PfopEngine

struct ServiceClockTests {
  private static let second: Int64 = 1_000_000_000

  private func times(_ clock: ServiceClock, _ readings: [Int64]) -> [Int64] {
    var clock = clock
    return readings.map { clock.now($0).nanoseconds }
  }

  @Test func olderReadingsOfOtherLoopsDoNotPutARunningClockBack() {
    let clock = ServiceClock(.real, wall: 5000, monotonic: 100)
    #expect(times(clock, [100, 130, 110, 129, 131, 0]) == [5000, 5030, 5030, 5030, 5031, 5031])
  }

  @Test func readingsBeforeTheStartAreTheStart() {
    #expect(times(ServiceClock(.real, wall: 5000, monotonic: 100), [90, .min, 101]) == [5000, 5000, 5001])
  }

  @Test func heldClockStandsWhateverTheReading() {
    var clock = ServiceClock(.manual, wall: 5000, monotonic: 100)
    #expect(times(clock, [100, 1_000_000, .max]) == [5000, 5000, 5000])
    clock.advance(to: Timestamp(nanoseconds: 6000))
    clock.advance(to: Timestamp(nanoseconds: 5500))
    #expect(clock.now(0).nanoseconds == 6000)
    clock.reset()
    #expect(clock.now(0).nanoseconds == 5000)
  }

  @Test func resetLeavesARunningClockAlone() {
    var clock = ServiceClock(.real, wall: 5000, monotonic: 0)
    #expect(clock.now(70).nanoseconds == 5070)
    clock.reset()
    #expect(clock.now(0).nanoseconds == 5070)
  }

  @Test(arguments: [ServiceClock.Mode.real, .manual])
  func noClockGoesPastTheEndOfTime(_ mode: ServiceClock.Mode) {
    var clock = ServiceClock(mode, now: .max, origin: .min, monotonic: 0)
    #expect(clock.now(.max) == Timestamp.end)
    #expect(clock.start == Timestamp(nanoseconds: 0))
    clock.advance(to: Timestamp(nanoseconds: .max))
    #expect(clock.now(0) == Timestamp.end)
    #expect(clock.sinceStart(clock.now(0)) == Timestamp.end.nanoseconds)
  }
}

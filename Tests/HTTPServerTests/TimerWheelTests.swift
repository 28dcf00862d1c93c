import Testing

@testable import HTTPServer

struct TimerWheelTests {
  /// Deadlines around every border of the wheel's levels.
  private static let deadlines: [Int64] = [
    1, 2, 63, 64, 65, 127, 128, 4095, 4096, 4097, 262_143, 262_144, 262_145, 16_777_216, 1_073_741_823, 1_073_741_824,
    3_000_000_000,
  ]

  @Test(arguments: [Int64(0), 1, 63, 64, 100, 4095, 987_654_321])
  func firesAtItsMillisecondAndNotBefore(start: Int64) {
    for distance in TimerWheelTests.deadlines {
      var wheel = TimerWheel<Int64>(now: start)
      _ = wheel.start(at: start + distance, distance)
      #expect(wheel.popDue(at: start + distance - 1) == nil)
      #expect(wheel.popDue(at: start + distance) == distance)
      #expect(wheel.popDue(at: start + distance) == nil)
      #expect(wheel.nextTick == nil)
    }
  }

  @Test func nextTickNeverComesAfterADeadline() {
    for distance in TimerWheelTests.deadlines {
      var wheel = TimerWheel<Int>(now: 1000)
      _ = wheel.start(at: 1000 + distance, 0)
      var wakeUps = 0
      while let tick = wheel.nextTick, tick < 1000 + distance {
        #expect(wheel.popDue(at: tick) == nil)
        wakeUps += 1
      }
      #expect(wheel.nextTick == 1000 + distance)
      // A far timer is moved down a few times at most, not looked at in every round.
      #expect(wakeUps <= 8)
    }
  }

  @Test func agreesWithASortedListOverRandomTimers() {
    var random = SystemRandomNumberGenerator()
    var wheel = TimerWheel<Int>(now: 0)
    var expected: [Int: Int64] = [:]
    var ids: [Int: TimerWheel<Int>.ID] = [:]
    var now: Int64 = 0
    for number in 0..<20_000 {
      let deadline = now + Int64.random(in: 1...Int64.random(in: 1...300_000, using: &random), using: &random)
      ids[number] = wheel.start(at: deadline, number)
      expected[number] = deadline
      if number % 3 == 0, let victim = expected.keys.randomElement(using: &random), let id = ids[victim] {
        wheel.stop(id)
        expected[victim] = nil
      }
      now += Int64.random(in: 0...200, using: &random)
      var fired: Set<Int> = []
      while let due = wheel.popDue(at: now) { fired.insert(due) }
      #expect(fired == Set(expected.filter { $0.value <= now }.keys))
      for number in fired { expected[number] = nil }
    }
    while let due = wheel.popDue(at: now + 300_000) { expected[due] = nil }
    #expect(expected.isEmpty)
  }

  @Test func aTimerForThePastFiresInTheNextMillisecond() {
    var wheel = TimerWheel<Int>(now: 500)
    _ = wheel.start(at: 3, 7)
    #expect(wheel.popDue(at: 500) == nil)
    #expect(wheel.popDue(at: 501) == 7)
  }

  @Test func aTimerStartedWhileOthersFireIsKept() {
    var wheel = TimerWheel<Int>(now: 0)
    _ = wheel.start(at: 10, 1)
    _ = wheel.start(at: 10, 2)
    #expect(wheel.popDue(at: 10) != nil)
    _ = wheel.start(at: 11, 3)
    #expect(wheel.popDue(at: 10) != nil)
    #expect(wheel.popDue(at: 10) == nil)
    #expect(wheel.popDue(at: 11) == 3)
  }
}

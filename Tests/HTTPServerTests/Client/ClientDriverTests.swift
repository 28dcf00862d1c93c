import Dispatch
import Guarded
import Testing

@testable import HTTPServer

/// What a handler has of its driver beside exchanges: the time, and being called when others want something.
struct ClientDriverTests {
  @Test func aTimeComesOnceAndNotBefore() throws {
    let client = try TestClient()
    let due = try client.ask { driver in
      let due = driver.milliseconds + 30
      driver.setTimer(at: due)
      return due
    }
    #expect(try client.times.next() >= due)
    // Behind it: a time of the past comes at once, and the first does not come again.
    client.onLoop { $0.setTimer(at: $0.milliseconds - 1000) }
    _ = try client.times.next()
    #expect(client.times.count == 0)
  }

  @Test func aTimeIsSetAnewOrTakenBack() throws {
    let client = try TestClient()
    let due = try client.ask { driver in
      driver.setTimer(at: driver.milliseconds + 5)
      driver.setTimer(at: nil)
      driver.setTimer(at: nil)
      driver.setTimer(at: driver.milliseconds + 10)
      let due = driver.milliseconds + 40
      driver.setTimer(at: due)
      return due
    }
    #expect(try client.times.next() >= due)
    #expect(client.times.count == 0)
  }

  @Test func aTimeMayBeSetAsItComes() throws {
    let remaining = Guarded(20)
    let client = try TestClient(timerFired: { driver in
      let isLast = remaining.withLock { remaining in
        remaining -= 1
        return remaining == 0
      }
      if !isLast { driver.setTimer(at: driver.milliseconds + 1) }
    })
    client.onLoop { $0.setTimer(at: $0.milliseconds + 1) }
    let times = try (0..<20).map { _ in try client.times.next() }
    #expect(times == times.sorted() && Set(times).count == 20)
  }

  // MARK: - Wishes

  /// Nobody else wakes this loop.
  @Test func itComesBackWhenItWasAskedTo() throws {
    let turns = Arrivals<Int>()
    let loop = try ClientLoop(limits: ClientLimits(), trust: TLSTrust(), waker: LoopWaker()) { driver in
      driver.setTimer(at: driver.milliseconds + 20)
      return Returner(driver, turns)
    }
    #expect(try turns.next() == 1)
    #expect(try turns.next() == 2)
    loop.stop()
  }

  private final class Returner: ClientHandler {
    private let driver: ClientDriver
    private let turns: Arrivals<Int>
    private var count = 0

    init(_ driver: ClientDriver, _ turns: Arrivals<Int>) {
      self.driver = driver
      self.turns = turns
    }

    func woken() -> Bool {
      if count > 0 { turns.append(count) }
      if count == 1 { timerFired() }
      return false
    }

    func timerFired() {
      count += 1
      driver.comeBack()
    }

    func ended(_ tag: UInt64, _ outcome: ExchangeOutcome) {}
  }

  @Test func noWishIsLost() throws {
    let client = try TestClient()
    let (threads, count) = (4, 3000)
    let fulfilled = Arrivals<Int>()
    let posting = DispatchGroup()
    for thread in 0..<threads {
      DispatchQueue(label: "wishes \(thread)").async(group: posting) {
        for number in 0..<count {
          client.onLoop { _ in fulfilled.append(thread * count + number) }
          // Now and then long enough for the loop to fall asleep, or to be about to.
          if number % 100 == 0 { spin(microseconds: (number / 100) * 100) }
        }
      }
    }
    var seen: Set<Int> = []
    for _ in 0..<threads * count { seen.insert(try fulfilled.next()) }
    posting.wait()
    #expect(seen.count == threads * count)
    #expect(fulfilled.count == 0)
  }

  /// Just as the loop has looked for the last time, somebody has a wish and sees no need to wake it.
  @Test func aWishAtTheLastMomentIsSeen() throws {
    let seen = Arrivals<Int>()
    let waker = try LoopWaker()
    let loop = try ClientLoop(limits: ClientLimits(), trust: TLSTrust(), waker: waker) { _ in
      LateWisher(waker, seen)
    }
    waker.wake()
    #expect(try seen.next() == 3)
    loop.stop()
  }

  private final class LateWisher: ClientHandler {
    private let waker: LoopWaker
    private let seen: Arrivals<Int>
    private var looks = 0
    private var hasWish = false

    init(_ waker: LoopWaker, _ seen: Arrivals<Int>) {
      self.waker = waker
      self.seen = seen
    }

    func woken() -> Bool {
      looks += 1
      if hasWish { seen.append(looks) }
      hasWish = looks == 2
      if hasWish { waker.wake() }
      return false
    }

    func timerFired() {}
    func ended(_ tag: UInt64, _ outcome: ExchangeOutcome) {}
  }

  private func spin(microseconds: Int) {
    let end = SystemClock.monotonic + Int64(microseconds) * 1000
    while SystemClock.monotonic < end {}
  }
}

import Glibc
import Testing

@testable import HTTPServer

struct LoopWakerTests {
  private func isReadable(_ waker: LoopWaker) -> Bool {
    var polled = pollfd(fd: waker.descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&polled, 1, 0) == 1
  }

  @Test func wakingIsSeenUntilItIsCleared() throws {
    let waker = try LoopWaker()
    #expect(!isReadable(waker))
    waker.wake()
    #expect(isReadable(waker))
    waker.clear()
    #expect(!isReadable(waker))
    // Nothing to clear: it must not block.
    waker.clear()
  }

  @Test func aLoopThatIsAwakeIsNotWoken() throws {
    let waker = try LoopWaker()
    for _ in 0..<3 { waker.wake() }
    waker.clear()
    waker.wake()
    #expect(!isReadable(waker))
    waker.lower()
    #expect(!isReadable(waker))
    waker.wake()
    #expect(isReadable(waker))
  }

  @Test func aLoopCanLetItselfBeWokenAgain() throws {
    let waker = try LoopWaker()
    waker.wake()
    waker.clear()
    waker.raise()
    #expect(isReadable(waker))
  }

  @Test func aStopWakes() throws {
    let waker = try LoopWaker()
    #expect(!waker.isStopping)
    waker.stop()
    #expect(waker.isStopping)
    #expect(isReadable(waker))
  }
}

import Guarded
import HTTPServer

/// How other threads speak to the loop backstage. Made before it, as whoever speaks to it is.
final class BackstageDoor: Sendable {
  /// Wakes the loop.
  let waker: LoopWaker
  /// Nil once nobody is there any more.
  private let wishes = Guarded<[Backstage.Wish]?>([])

  /// - Throws: `SystemError` if there are no descriptors left.
  init() throws(SystemError) { waker = try LoopWaker() }

  /// Says that there is something to look at.
  func knock() { waker.wake() }

  /// Without effect behind `close`: the wish is dropped.
  func post(_ wish: Backstage.Wish) {
    wishes.withLock { $0?.append(wish) }
    knock()
  }

  /// To be called when the loop has ended. Drops what was not taken, with whoever waits for it.
  func close() {
    let left = wishes.withLock { wishes in
      defer { wishes = nil }
      return wishes
    }
    // Freed out here: who is told of it must not find the lock taken.
    withExtendedLifetime(left) {}
  }

  /// What has been wished for since the last time.
  func takeWishes() -> [Backstage.Wish] {
    wishes.withLock { wishes in
      guard let taken = wishes else { return [] }
      wishes = []
      return taken
    }
  }
}

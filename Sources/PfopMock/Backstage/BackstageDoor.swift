import Guarded
import HTTPServer

/// How other threads speak to the loop backstage. Made before it, as whoever speaks to it is.
final class BackstageDoor: Sendable {
  /// Wakes the loop.
  let waker: LoopWaker
  private let wishes = Guarded<[Backstage.Wish]>([])

  /// - Throws: `SystemError` if there are no descriptors left.
  init() throws(SystemError) { waker = try LoopWaker() }

  /// Says that there is something to look at.
  func knock() { waker.wake() }

  func post(_ wish: Backstage.Wish) {
    wishes.withLock { $0.append(wish) }
    knock()
  }

  /// What has been wished for since the last time.
  func takeWishes() -> [Backstage.Wish] {
    wishes.withLock { wishes in
      defer { wishes = [] }
      return wishes
    }
  }
}

import Dispatch
import Guarded
import TestSupport

/// What comes to a test from other threads, in its order.
final class Arrivals<Element: Sendable>: Sendable {
  private let waiting = Guarded<[Element]>([])
  private let arrived = DispatchSemaphore(value: 0)

  var count: Int { waiting.withLock { $0.count } }

  func append(_ element: Element) {
    waiting.withLock { $0.append(element) }
    arrived.signal()
  }

  /// The oldest, once there is one.
  func next() throws -> Element {
    guard arrived.wait(timeout: .now() + .seconds(10)) == .success else { throw RawClient.Failure.timedOut }
    return waiting.withLock { $0.removeFirst() }
  }
}

import Guarded

/// What somebody waits for in this process, to be told once from any thread. If it is dropped before, as everything that
/// is not done when a server stops, he is told nil: nobody waits for ever.
final class Pending<Value: Sendable>: Sendable {
  private let continuation: Guarded<CheckedContinuation<Value?, Never>?>

  private init(_ continuation: CheckedContinuation<Value?, Never>) { self.continuation = Guarded(continuation) }

  /// - Parameter start: hands it to whoever will know.
  /// - Returns: nil if it was dropped.
  static func wait(_ start: (Pending) -> Void) async -> Value? {
    await withCheckedContinuation { start(Pending($0)) }
  }

  /// Without effect but for the first time.
  func tell(_ value: Value) { end(with: value) }

  private func end(with value: Value?) {
    let waiting = continuation.withLock { continuation in
      defer { continuation = nil }
      return continuation
    }
    waiting?.resume(returning: value)
  }

  deinit { end(with: nil) }
}

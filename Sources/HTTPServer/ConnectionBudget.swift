import Synchronization

/// How many connections all loops of a server have together.
final class ConnectionBudget: Sendable {
  private let open = Atomic(0)
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  /// Counts one more.
  /// - Returns: false if that is one too many; it is counted all the same, and has to be given back.
  func take() -> Bool { open.add(1, ordering: .relaxed).newValue <= limit }

  func giveBack() { open.subtract(1, ordering: .relaxed) }
}

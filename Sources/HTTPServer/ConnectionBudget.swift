import Synchronization

/// How many connections all loops of a server have together.
final class ConnectionBudget: Sendable {
  private let counts: ConnectionCounts
  private let limit: Int

  init(limit: Int, counts: ConnectionCounts) {
    self.limit = limit
    self.counts = counts
  }

  /// Counts one more.
  /// - Returns: false if that is one too many; it is counted all the same, and has to be given back.
  func take() -> Bool {
    counts.accepted.add(1, ordering: .relaxed)
    return counts.openNow.add(1, ordering: .relaxed).newValue <= limit
  }

  func giveBack() { counts.openNow.subtract(1, ordering: .relaxed) }
}

/// How many connections a server has, and has had, for whoever wants to know.
package final class ConnectionCounts: Sendable {
  fileprivate let openNow = Atomic(0)
  fileprivate let accepted = Atomic(0)

  /// Those that are there now.
  package var openCount: Int { openNow.load(ordering: .relaxed) }

  /// All there have been, those included that were turned away.
  package var acceptedCount: Int { accepted.load(ordering: .relaxed) }
}

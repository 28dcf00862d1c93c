/// How many octets a server keeps for its clients, and which share of them each of its stores has.
///
/// A share is for one store alone: a client that fills one leaves the others as they are. What the process takes by itself,
/// the fixture, and what connections read and write meanwhile come on top.
package struct MemoryBudget: Sendable, Equatable {
  /// A store whose size depends on what clients send.
  package enum Holder: String, CaseIterable, Sendable {
    case jobs, createdKeys, uploads, deliveries, heldResponses, attempts, stepCounts, journal, events

    /// Its share of the budget, in 64ths; together they are 64.
    fileprivate var parts: Int {
      switch self {
      case .jobs: 32
      case .createdKeys, .deliveries, .journal: 8
      case .uploads, .heldResponses, .stepCounts: 2
      case .attempts, .events: 1
      }
    }
  }

  /// What one store holds.
  package struct Holding: Sendable, Equatable {
    /// In octets, what they take in memory included.
    package var octets: Int
    /// What has left to make room since the start.
    package var evictedCount: Int

    package init(octets: Int, evictedCount: Int) {
      self.octets = octets
      self.evictedCount = evictedCount
    }
  }

  /// With less a store would not hold some of the largest requests; more no machine has.
  package static let allowed = 16 << 20...1 << 40
  package static let standard = 1 << 30

  package var octets: Int

  /// - Parameter octets: one of `allowed`.
  package init(octets: Int = standard) { self.octets = octets }

  /// In octets.
  package func share(of holder: Holder) -> Int { octets / 64 * holder.parts }
}

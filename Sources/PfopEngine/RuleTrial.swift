/// What came of a rule, or of a bucket's own steps, when a request was tried on it. Eight octets, so that a journal can
/// keep many; `RuleOutline` makes words of it.
package struct RuleTrial: Sendable, Equatable, BitwiseCopyable {
  package enum Verdict: Sendable, Equatable {
    /// The first of its conditions that did not hold, by its place.
    case unmet(condition: Int)
    /// Every condition held, but no step had its turn: used up, left out by chance, or below its rate.
    case noStep
    /// That step had its turn, by its place.
    case taken(step: Int)
    /// Nothing of it was looked at: it is switched off.
    case off
  }

  /// 32 bits of place, 2 of verdict, 30 of what the verdict is about.
  private let bits: UInt64

  /// - Parameter script: the place among the rules in file order, with the buckets' own steps behind them.
  init(script: Int, _ verdict: Verdict) {
    let (kind, place): (UInt64, Int) =
      switch verdict {
      case .unmet(let condition): (0, condition)
      case .noStep: (1, 0)
      case .taken(let step): (2, step)
      case .off: (3, 0)
      }
    bits = UInt64(UInt32(truncatingIfNeeded: script)) << 32 | kind << 30 | UInt64(place & 0x3FFF_FFFF)
  }

  var script: Int { Int(bits >> 32) }

  var verdict: Verdict {
    let place = Int(bits & 0x3FFF_FFFF)
    return switch bits >> 30 & 3 {
    case 0: .unmet(condition: place)
    case 1: .noStep
    case 2: .taken(step: place)
    default: .off
    }
  }
}

/// The trials of one request, in their order.
package struct RuleTrials: Sendable {
  /// Where thousands of rules ask for no name each is tried; more than the first ones tell nothing new.
  package static let limit = 64

  package private(set) var kept: [RuleTrial] = []
  /// How many were left out.
  package private(set) var omittedCount = 0

  package init() {}

  /// Those that were written down.
  package init(_ kept: [RuleTrial], omittedCount: Int) {
    self.kept = kept
    self.omittedCount = omittedCount
  }

  mutating func append(_ trial: RuleTrial) {
    if kept.count < RuleTrials.limit {
      kept.append(trial)
    } else if case .taken = trial.verdict {
      kept[RuleTrials.limit - 1] = trial
      omittedCount += 1
    } else {
      omittedCount += 1
    }
  }

  /// Keeps its storage.
  mutating func removeAll() {
    guard !kept.isEmpty else { return }
    kept.removeAll(keepingCapacity: true)
    omittedCount = 0
  }
}

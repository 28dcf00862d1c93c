/// Which step of which rule decided a request.
package struct RuleReference: Sendable, Equatable, CustomStringConvertible {
  package enum Owner: Sendable, Equatable {
    case rule(name: String)
    /// A bucket's own `then`.
    case bucket(name: String)

    /// `rule transcoder down` or `bucket flaky-599`.
    package var text: String {
      switch self {
      case .rule(let name): "rule \(name)"
      case .bucket(let name): "bucket \(name)"
      }
    }
  }

  package var owner: Owner
  /// Counted from 1.
  package var step: Int
  package var stepCount: Int
  /// How often the step has been taken, this time included.
  package var taken: Int
  /// How often it can be taken; nil means no limit.
  package var times: Int?

  /// `rule transcoder down` or `bucket flaky-599`, in visible ASCII.
  package var ownerName: String {
    switch owner {
    case .rule(let name): "rule \(name.visibleText(limit: 128))"
    case .bucket(let name): "bucket \(name.visibleText(limit: 128))"
    }
  }

  package var description: String {
    let count = times.map { "\(taken) of \($0) times" } ?? (taken == 1 ? "once" : "\(taken) times")
    return "step \(step) of \(stepCount) of \(ownerName), taken \(count)"
  }
}

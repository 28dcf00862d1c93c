/// What two conditions have to do with each other.
extension Matcher {
  enum Demand {
    case pattern(Wildcard)
    case range(ClosedRange<Int64>)
  }

  /// What that which the condition looks at has to be.
  var demand: Demand {
    switch self {
    case .bucket(let wildcard), .key(let wildcard), .fops(let wildcard), .pipeline(let wildcard),
      .notifyURL(let wildcard), .accessKey(let wildcard), .path(let wildcard), .method(let wildcard),
      .header(_, let wildcard), .userAgent(let wildcard):
      .pattern(wildcard)
    case .type(let flag), .force(let flag): .range(flag ? 1...1 : 0...0)
    case .attempt(let range): .range(Int64(range.lowerBound)...Int64(range.upperBound))
    case .time(let range): .range(range)
    }
  }

  /// Both look at the same.
  private func isComparable(with other: Matcher) -> Bool {
    if case .header(let name, _) = self, case .header(let otherName, _) = other { return name == otherName }
    return field == other.field
  }

  /// True if it holds whatever comes, so that it might as well not be there.
  var alwaysHolds: Bool {
    switch self {
    case .bucket(let wildcard), .key(let wildcard), .fops(let wildcard), .pipeline(let wildcard),
      .notifyURL(let wildcard), .accessKey(let wildcard), .path(let wildcard), .method(let wildcard),
      .userAgent(let wildcard):
      wildcard.matchesEverything
    case .attempt(let range): range == MatcherDecoder.attempts
    // A field that is not there matches nothing, and a server may run longer than the longest span.
    case .header, .type, .force, .time: false
    }
  }

  /// True if it holds wherever `other` does.
  func isImplied(by other: Matcher) -> Bool {
    guard isComparable(with: other) else { return false }
    switch (demand, other.demand) {
    case (.pattern(let wildcard), .pattern(let narrower)): return wildcard.covers(narrower)
    case (.range(let range), .range(let narrower)):
      return range.lowerBound <= narrower.lowerBound && narrower.upperBound <= range.upperBound
    case (.pattern, .range), (.range, .pattern): return false
    }
  }
}

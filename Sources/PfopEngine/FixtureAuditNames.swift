/// Which buckets, keys and accounts of a fixture the conditions of its rules can be about.
struct FixtureAuditNames {
  /// Of buckets with stars only so many are compared with a rule's condition: a start is not to take long.
  static let maximumPatterns = 200

  private let fixture: Fixture
  private var named: [[UInt8]: Int] = [:]
  private var patterns: [Int] = []

  init(_ fixture: Fixture) {
    self.fixture = fixture
    for (index, bucket) in fixture.buckets.enumerated() {
      if let name = bucket.name.exactName { named[name] = index } else { patterns.append(index) }
    }
  }

  /// Why nothing of the fixture fits a condition, and what comes of it.
  func absence(_ matcher: Matcher, of rule: Rule) -> String? {
    switch matcher {
    case .bucket(let wildcard): absence(ofBucket: wildcard, rule)
    case .key(let wildcard): absence(ofKey: wildcard, rule)
    case .accessKey(let wildcard):
      // Before the signature is looked at anybody may claim anything. No word of it is shown: it may be a secret in the
      // wrong place.
      rule.phase == .outcome && !fixture.accounts.contains { wildcard.matches($0.accessKey) }
        ? "never holds: no account has an accessKey that matches" : nil
    case .fops, .pipeline, .notifyURL, .type, .force, .path, .method, .header, .userAgent, .attempt, .time: nil
    }
  }

  /// A rule has its say before the bucket is looked for, so it decides for one that does not exist, too.
  private func absence(ofBucket wildcard: Wildcard, _ rule: Rule) -> String? {
    guard let buckets = buckets(for: wildcard), buckets.isEmpty else { return nil }
    let known = fixture.buckets.lazy.filter { $0.name.exactName != nil }.map(\.name.pattern)
    let hint = NearestName.of(wildcard.pattern, among: known).map { ", did you mean \($0)?" } ?? ""
    let consequence =
      rule.steps.contains { $0.outcome == .accept }
      ? "what the rule accepts ends in \(Self.statuses(\.unknownBucketStatus))"
      : "the rule is only for requests that name a bucket which does not exist"
    return "no bucket of the fixture matches\(hint); \(consequence)"
  }

  private func absence(ofKey wildcard: Wildcard, _ rule: Rule) -> String? {
    guard rule.steps.contains(where: { $0.outcome == .accept }) else { return nil }
    let condition = rule.when.lazy.compactMap { if case .bucket(let wildcard) = $0 { wildcard } else { nil } }.first
    let buckets = condition.map(buckets) ?? (fixture.buckets.count <= Self.maximumPatterns ? fixture.buckets : nil)
    // Of a bucket that does not exist enough is said elsewhere.
    guard let buckets, !buckets.isEmpty,
      !buckets.contains(where: { $0.keys.contains { $0.overlaps(wildcard) } })
    else { return nil }
    let shown =
      buckets.count == 1 ? "the bucket \(FixtureProblem.quoted(buckets[0].name.pattern))" : "the buckets that it is for"
    return "no key of \(shown) matches; what the rule accepts ends in \(Self.statuses(\.unknownKeyStatus)), until "
      + "a saveas has made such a key"
  }

  /// The buckets that a condition can be about; nil if there are too many to be looked at.
  private func buckets(for condition: Wildcard) -> [Fixture.Bucket]? {
    if let name = condition.exactName, let index = named[name] { return [fixture.buckets[index]] }
    let candidates = condition.exactName == nil ? Array(fixture.buckets.indices) : patterns
    guard candidates.count <= Self.maximumPatterns else { return nil }
    return candidates.map { fixture.buckets[$0] }.filter { $0.name.overlaps(condition) }
  }

  /// `404, or 631 in the dialect current`
  private static func statuses(_ status: (Dialect) -> Int) -> String {
    let others = Dialect.allCases.dropFirst().map { ", or \(status($0)) in the dialect \($0.rawValue)" }
    return "\(status(Dialect.allCases[0]))" + others.joined()
  }
}

/// Finds what a fixture says that can never come true. Nothing of it is an error: the fixture does what it says.
///
/// It looks at rules one by one and two by two; that several together leave nothing for another it does not see.
struct FixtureAudit {
  private(set) var remarks: [FixtureProblem] = []

  private let fixture: Fixture
  private let buckets: [FixtureOrigin]
  private let rules: [FixtureOrigin]
  private let names: FixtureAuditNames
  /// The rules that leave later ones of their phase nothing.
  private var deciding: [RulePhase: RuleShadows] = [:]
  /// The rules that let nothing through to later phases.
  private var ending: [RulePhase: RuleShadows] = [:]

  /// - Parameters:
  ///   - buckets: where the fixture's buckets stand.
  ///   - rules: where its rules stand.
  init(_ fixture: Fixture, buckets: [FixtureOrigin], rules: [FixtureOrigin]) {
    self.fixture = fixture
    self.buckets = buckets
    self.rules = rules
    names = FixtureAuditNames(fixture)
    for phase in RulePhase.allCases {
      for (index, rule) in fixture.rules.enumerated() where rule.phase == phase { audit(rule, index) }
    }
    var patterns: [Int] = []
    for (index, bucket) in fixture.buckets.enumerated() { audit(bucket, index, after: &patterns) }
  }

  // MARK: - Rules

  private mutating func audit(_ rule: Rule, _ index: Int) {
    let origin = rules[index]
    audit(rule.when, of: rule, at: origin)
    audit(rule.steps, of: rule, at: origin["then"])
    let implied = Self.implied(in: rule.phase)
    if let what = shadow(of: rule.when + implied, in: rule.phase) {
      remarks.append(origin.remark("never has its say: \(what)"))
      // The rule that shuts this one out does so with all that this one could.
      return
    }
    guard let last = rule.steps.firstIndex(where: { Self.takesEverything($0, of: rule) }) else { return }
    deciding[rule.phase, default: RuleShadows()].add(index, rule.when)
    let isEnding = rule.steps[...last].allSatisfy { $0.outcome != .accept }
    // What is known of a connection when it comes says nothing of the requests that come later.
    let isComparable = rule.phase != .connection || rule.when.allSatisfy(\.alwaysHolds)
    if isEnding, isComparable { ending[rule.phase, default: RuleShadows()].add(index, rule.when) }
  }

  private func shadow(of when: [Matcher], in phase: RulePhase) -> String? {
    for earlier in RulePhase.allCases {
      if earlier == phase {
        let rule = deciding[phase]?.shadow(of: when)
        return rule.map { "\(rules[$0].reference) decides everything that it is for" }
      }
      if let rule = ending[earlier]?.shadow(of: when) {
        return "\(rules[rule].reference) ends everything that it is for in the phase \(earlier.rawValue) already"
      }
    }
    return nil
  }

  /// What holds for all that comes to a phase.
  private static func implied(in phase: RulePhase) -> [Matcher] {
    switch phase {
    case .connection, .request: []
    case .outcome:
      [Wildcard("POST").map(Matcher.method), Wildcard("\(PfopRequest.paths[0])*").map(Matcher.path)].compactMap(\.self)
    }
  }

  // MARK: - Steps

  /// - Parameters:
  ///   - rule: nil for a bucket's own.
  ///   - origin: the `then`.
  private mutating func audit(_ steps: [Step], of rule: Rule?, at origin: FixtureOrigin) {
    var taker: Int?
    for (index, step) in steps.enumerated() {
      let place = origin.step(index)
      if let taker {
        remarks.append(place.remark("is never taken: then[\(taker)] takes everything that comes to it"))
        continue
      }
      if step.probability == 0 { remarks.append(place["probability"].remark("is 0, so the step is never taken")) }
      if let what = Self.unusedJob(step) { remarks.append(place["job"].remark(what)) }
      if Self.takesEverything(step, of: rule) { taker = index }
    }
  }

  /// What comes to the step never gets past it.
  private static func takesEverything(_ step: Step, of rule: Rule?) -> Bool {
    guard step.probability == 1, step.rateLimit == nil else { return false }
    // A connection comes once: one that is counted for itself has all that it can have of the first step.
    let comesOnce = rule?.phase == .connection && rule?.countBy == .connection
    return step.times == nil || comesOnce
  }

  private static func unusedJob(_ step: Step) -> String? {
    guard let job = step.job, let fault = step.fault else { return nil }
    switch fault {
    case .earlyNotification:
      let isImmediate = job.waiting == 0 && job.processing == 0 && job.notifyAfter == 0
      return isImmediate ? nil : "earlyNotification brings a job to its result at once, so only the result counts"
    case .lateNotification:
      return job.notifyAfter == 0 ? nil : "lateNotification says when the job is notified of, so notifyAfter does not"
    case .connectionResetByPeer, .emptyResponse, .randomDataThenClose, .hang, .malformedResponseChunk, .truncatedBody,
      .closeAfterHeaders, .missingReqid, .wrongContentType, .invalidJSON, .persistentIdAsFloat, .duplicateResponse,
      .duplicateNotification:
      return nil
    }
  }

  // MARK: - Buckets

  private mutating func audit(_ bucket: Fixture.Bucket, _ index: Int, after patterns: inout [Int]) {
    let origin = buckets[index]
    // A name without a star goes before all patterns.
    if bucket.name.exactName == nil {
      if let other = patterns.first(where: { fixture.buckets[$0].name.covers(bucket.name) }) {
        let reference = buckets[other].reference
        remarks.append(origin.remark("is never asked: \(reference) comes first and takes every name that it matches"))
        return
      }
      if patterns.count < FixtureAuditNames.maximumPatterns { patterns.append(index) }
    }
    guard !bucket.steps.isEmpty else { return }
    let then = origin["then"]
    audit(bucket.steps, of: nil, at: then)
    if let what = shadow(of: [.bucket(bucket.name)] + Self.implied(in: .outcome), in: .outcome) {
      remarks.append(then.remark("never has its say: \(what)"))
    }
  }

  // MARK: - Conditions

  private mutating func audit(_ when: [Matcher], of rule: Rule, at origin: FixtureOrigin) {
    let conditions = origin["when"]
    for matcher in when {
      let place = conditions[matcher.field.rawValue]
      let what = Self.contradiction(matcher, in: rule.phase) ?? names.absence(matcher, of: rule)
      if let what { remarks.append(place.remark(what)) }
    }
  }

  /// Why a condition never holds, by what it looks at.
  private static func contradiction(_ matcher: Matcher, in phase: RulePhase) -> String? {
    switch matcher {
    case .fops(let wildcard):
      wildcard.holds(anyOf: [0x3B, 0x7C])
        ? "never holds: it is compared with one stage of one command at a time, and none holds ; or |" : nil
    case .path(let wildcard):
      if wildcard.holds(anyOf: [0x3F]) {
        "never holds: the path is compared without the query, so it holds no ?"
      } else if phase == .outcome, !PfopRequest.paths.contains(where: { wildcard.matches("\($0)") }) {
        "never holds: pfop is asked for at \(PfopRequest.paths.map(\.description).joined(separator: " and ")) only"
      } else {
        nil
      }
    case .method(let wildcard):
      phase == .outcome && !wildcard.matches("POST") ? "never holds: pfop is asked for with POST only" : nil
    case .bucket, .key, .pipeline, .notifyURL, .accessKey, .type, .force, .header, .userAgent, .attempt, .time: nil
    }
  }
}

extension Wildcard {
  func matches(_ text: String) -> Bool { Array(text.utf8).withUnsafeBytes { matches($0) } }
}

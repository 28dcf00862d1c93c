import ByteText

/// All scripts of a fixture, the rules' and the buckets' own, with the count of how often each step was taken.
///
/// A value under its owner's lock: a step is looked for and counted in one call, so parallel requests on `times: 2` get
/// exactly two.
struct RuleBook: Sendable {
  /// The step that a request has taken.
  struct Taken {
    var outcome: Outcome
    var job: JobPlan?
    var reference: RuleReference
    /// Nil for a plain answer.
    var script: AnswerScript?
  }

  private struct Script {
    var owner: RuleReference.Owner
    var when: [Matcher]
    var countBy: CountBy
    var steps: [Step]
    var ledger: StepLedger
    var random: SeededRandom

    func belongs(to bucket: String) -> Bool {
      switch owner {
      case .bucket(let name): name == bucket
      case .rule: when.contains { $0.isForBucket(bucket) }
      }
    }
  }

  private let seed: UInt64
  private var index: RuleIndex
  /// The rules in file order, then the buckets' scripts.
  private var scripts: [Script] = []
  private var ofConnections: [Int] = []
  private var ofRequests: [Int] = []
  /// The script of each bucket of the fixture; nil where it has none.
  private var bucketScripts: [Int?] = []
  /// What came of those that the latest request was tried on.
  private(set) var trials = RuleTrials()
  /// A rule looks at how often a content has come.
  let countsAttempts: Bool

  init(_ fixture: Fixture, seed: UInt64) {
    self.seed = seed
    index = RuleIndex()
    countsAttempts = fixture.rules.contains { $0.when.contains { if case .attempt = $0 { true } else { false } } }
    for (number, rule) in fixture.rules.enumerated() {
      switch rule.phase {
      case .connection: ofConnections.append(number)
      case .request: ofRequests.append(number)
      case .outcome: index.add(number, rule.when)
      }
      add(.rule(name: rule.name ?? "\(number + 1)"), rule.when, rule.countBy, rule.steps)
    }
    for bucket in fixture.buckets {
      bucketScripts.append(bucket.steps.isEmpty ? nil : scripts.count)
      if !bucket.steps.isEmpty { add(.bucket(name: bucket.name.pattern), [], .rule, bucket.steps) }
    }
  }

  /// Takes the step that decides a pfop request: the first rule that holds and has a step left, else the bucket's own
  /// script.
  /// - Parameters:
  ///   - bucket: the index in the fixture of the request's bucket, nil if there is none.
  ///   - now: nanoseconds of the service's clock.
  /// - Returns: nil if nothing is scripted.
  mutating func take(for request: PfopRequest, _ subject: RuleSubject, bucket: Int?, at now: Int64) -> Taken? {
    for script in index.candidates(for: request, subject) {
      if let taken = takeStep(of: script, subject, at: now) { return taken }
    }
    return bucket.flatMap { bucketScripts[$0] }.flatMap { takeStep(of: $0, subject, at: now) }
  }

  /// The same for the phases before a request is understood.
  mutating func take(in phase: RulePhase, _ subject: RuleSubject, at now: Int64) -> Taken? {
    let candidates: [Int]
    switch phase {
    case .connection: candidates = ofConnections
    case .request: candidates = ofRequests
    case .outcome: preconditionFailure("what a request comes to is asked with its parameters")
    }
    for script in candidates {
      if let taken = takeStep(of: script, subject, at: now) { return taken }
    }
    return nil
  }

  /// The next request is another one.
  mutating func forgetTrials() { trials.removeAll() }

  /// Of no use once a rule has come, gone or changed its place.
  func outline(_ fixture: Fixture) -> RuleOutline {
    RuleOutline(
      scripts.enumerated().map { index, script in
        let phase = index < fixture.rules.count ? fixture.rules[index].phase : nil
        return RuleOutline.Script(owner: script.owner, phase: phase, when: script.when)
      })
  }

  func hasRules(in phase: RulePhase) -> Bool {
    switch phase {
    case .connection: !ofConnections.isEmpty
    case .request: !ofRequests.isEmpty
    case .outcome: true
    }
  }

  /// Lets the bucket's own steps begin anew, and the rules that are for just that bucket.
  mutating func reset(bucket name: String) {
    for index in scripts.indices where scripts[index].belongs(to: name) {
      scripts[index].ledger = StepLedger(stepCount: scripts[index].steps.count)
    }
  }

  private mutating func takeStep(of index: Int, _ subject: RuleSubject, at now: Int64) -> Taken? {
    if let unmet = scripts[index].when.firstIndex(where: { !$0.holds(for: subject) }) {
      trials.append(RuleTrial(script: index, .unmet(condition: unmet)))
      return nil
    }
    let row = subject.withKey(scripts[index].countBy) { scripts[index].ledger.row($0) }
    for number in scripts[index].steps.indices {
      let step = scripts[index].steps[number]
      guard scripts[index].ledger.taken(number, in: row) < step.times ?? .max else { continue }
      if step.probability < 1, scripts[index].random.unit() >= step.probability { continue }
      if let limit = step.rateLimit, scripts[index].ledger.admits(number, in: row, limit, at: now) { continue }
      scripts[index].ledger.take(number, in: row)
      trials.append(RuleTrial(script: index, .taken(step: number)))
      let reference = RuleReference(
        owner: scripts[index].owner, step: number + 1, stepCount: scripts[index].steps.count,
        taken: scripts[index].ledger.taken(number, in: row), times: step.times)
      let script = step.isPlain ? nil : AnswerScript(step, &scripts[index].random)
      return Taken(outcome: step.outcome, job: step.job, reference: reference, script: script)
    }
    trials.append(RuleTrial(script: index, .noStep))
    return nil
  }

  private mutating func add(_ owner: RuleReference.Owner, _ when: [Matcher], _ countBy: CountBy, _ steps: [Step]) {
    // A stream for each, by its name: one more rule does not change what others draw.
    let random = SeededRandom(seed: seed, stream: owner.text.utf8)
    scripts.append(
      Script(
        owner: owner, when: when, countBy: countBy, steps: steps, ledger: StepLedger(stepCount: steps.count),
        random: random))
  }
}

extension AnswerScript {
  fileprivate init(_ step: Step, _ random: inout SeededRandom) {
    self.init(random: SeededRandom(seed: random.next()))
    if let delay = step.delay { self.delay = delay.draw(&random) }
    pace = step.pace
    fault = step.fault
    body = step.body
    headers = step.headers
    if let seconds = step.rateLimit?.retryAfter {
      headers.append(Header(name: "Retry-After", value: "\(seconds)"))
    }
  }
}

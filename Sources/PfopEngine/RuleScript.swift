import ByteText

/// One script, a rule's or a bucket's own, with the count of how often each step was taken.
struct RuleScript: Sendable {
  let owner: RuleReference.Owner
  let phase: RulePhase
  let when: [Matcher]
  let countBy: CountBy
  let steps: [Step]
  /// A rule's number, as long as the server runs; 0 for a bucket's own script.
  let id: Int
  private(set) var ledger: StepLedger
  private(set) var random: SeededRandom
  /// A tester has switched it off: it is passed over.
  var isOff = false

  /// - Parameter seed: each script has a stream for itself, by its name: one more rule does not change what others draw.
  init(rule: Rule, id: Int, seed: UInt64) {
    owner = .rule(name: rule.name ?? "\(id)")
    phase = rule.phase
    when = rule.when
    countBy = rule.countBy
    steps = rule.steps
    self.id = id
    ledger = StepLedger(stepCount: steps.count)
    random = SeededRandom(seed: seed, stream: owner.text.utf8)
  }

  /// Nil for a bucket that has none.
  init?(bucket: Fixture.Bucket, seed: UInt64) {
    guard !bucket.steps.isEmpty else { return nil }
    owner = .bucket(name: bucket.name.pattern)
    phase = .outcome
    when = []
    countBy = .rule
    steps = bucket.steps
    id = 0
    ledger = StepLedger(stepCount: steps.count)
    random = SeededRandom(seed: seed, stream: owner.text.utf8)
  }

  var countsAttempts: Bool { when.contains { if case .attempt = $0 { true } else { false } } }

  /// What its names and their counts take; 0 where all are counted together, as that never grows.
  var heldOctets: Int { countBy == .rule ? 0 : ledger.octets }

  /// Forgets the older half of the names that are counted apart.
  mutating func forgetNames() { ledger.rotate() }

  func belongs(to bucket: String) -> Bool {
    switch owner {
    case .bucket(let name): name == bucket
    case .rule: when.contains { $0.isForBucket(bucket) }
    }
  }

  /// Lets the steps begin anew, switched on; what chance decides goes on.
  mutating func reset() {
    ledger = StepLedger(stepCount: steps.count)
    isOff = false
  }

  /// Goes on where it was written down.
  /// - Parameter shift: by so many nanoseconds all times have moved since.
  mutating func restore(_ script: ServiceSnapshot.Script, shift: Int64) {
    random = SeededRandom(seed: script.random)
    isOff = script.isOff
    for var row in script.rows {
      for index in row.limits.indices {
        guard let time = row.limits[index]?.time else { continue }
        row.limits[index]?.time = time.addingSaturated(shift).clamped(to: Timestamp.clockRange)
      }
      ledger.restore(row)
    }
  }

  /// What comes of a script when a request is tried on it.
  enum Turn {
    case off
    /// The first of its conditions that does not hold, by its place.
    case unmet(condition: Int)
    /// It holds, but none of its steps has its turn: they are used up, or chance or rate have it so.
    case noStep
    case taken(RuleBook.Taken)
  }

  /// Takes the step that is the request's, if the conditions hold and one is left.
  /// - Parameter now: nanoseconds of the service's clock.
  mutating func take(_ subject: RuleSubject, at now: Int64, _ luck: inout Luck) -> Turn {
    if isOff { return .off }
    if let unmet = when.firstIndex(where: { !$0.holds(for: subject) }) { return .unmet(condition: unmet) }
    let row = subject.withKey(countBy) { ledger.row($0) }
    for number in steps.indices {
      let step = steps[number]
      guard ledger.taken(number, in: row) < step.times ?? .max else { continue }
      if step.probability < 1, !luck.holds(step.probability, &random) { continue }
      if let limit = step.rateLimit, ledger.admits(number, in: row, limit, at: now) { continue }
      ledger.take(number, in: row)
      let reference = RuleReference(
        owner: owner, step: number + 1, stepCount: steps.count, taken: ledger.taken(number, in: row), times: step.times)
      let script = step.isPlain ? nil : AnswerScript(step, &random)
      return .taken(RuleBook.Taken(outcome: step.outcome, job: step.job, reference: reference, script: script))
    }
    return .noStep
  }
}

/// Whether what is a matter of chance comes about.
struct Luck: Sendable {
  /// Nil draws; otherwise it always comes about, or never.
  var forced: Bool?
  /// Something has depended on it.
  private(set) var wasAsked = false

  init(forced: Bool? = nil) { self.forced = forced }

  mutating func holds(_ probability: Double, _ random: inout SeededRandom) -> Bool {
    wasAsked = true
    return forced ?? (random.unit() < probability)
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

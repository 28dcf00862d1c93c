import ByteText

/// All scripts of a fixture, the rules' and the buckets' own, with the count of how often each step was taken.
///
/// A value under its owner's lock: a step is looked for and counted in one call, so parallel requests on `times: 2` get
/// exactly two.
struct RuleBook: Sendable {
  /// The step that a request has taken.
  final class Taken: Sendable {
    let outcome: Outcome
    let job: JobPlan?
    let reference: RuleReference
    /// Nil for a plain answer.
    let script: AnswerScript?

    init(outcome: Outcome, job: JobPlan?, reference: RuleReference, script: AnswerScript?) {
      self.outcome = outcome
      self.job = job
      self.reference = reference
      self.script = script
    }
  }

  private let seed: UInt64
  private var index = RuleIndex()
  /// In the order in which they are tried. What the index and the next two hold are places in it.
  private(set) var scripts: [RuleScript] = []
  private var ofConnections: [Int] = []
  private var ofRequests: [Int] = []
  /// The script of each bucket of the fixture; nil where it has none.
  private(set) var bucketScripts: [RuleScript?]
  /// The same in words. Of no use once a rule or a bucket has come, gone or changed its place.
  private(set) var outline = RuleOutline()
  /// How many rules look at how often a content has come.
  private var attemptRules = 0
  /// The id of the next rule.
  private(set) var nextID: Int
  /// Removed rules leave their names in the index; so many of them have been.
  private var removals = 0
  /// What came of those that the latest request was tried on.
  private(set) var trials = RuleTrials()
  /// What rules remember of names that they count apart, in octets; and how much that may be.
  private(set) var stepOctets = 0
  private let stepShare: Int
  /// How many names have been forgotten to make room. Some of them had come anew meanwhile.
  var forgottenCount = 0
  /// What is tried is written down here, and nothing is drawn; nil when requests are in earnest.
  var rehearsal: RuleRehearsal?

  /// - Parameters:
  ///   - nextID: what ids go on with behind those of the fixture, which are 1, 2, 3 in file order.
  ///   - stepShare: how many octets rules may take for names that they count apart.
  init(_ fixture: Fixture, seed: UInt64, nextID: Int = 1, stepShare: Int = .max) {
    self.seed = seed
    self.stepShare = stepShare
    bucketScripts = fixture.buckets.map { RuleScript(bucket: $0, seed: seed) }
    for bucket in fixture.buckets { outline.buckets.append(bucket.name.pattern) }
    self.nextID = 1
    for rule in fixture.rules { insert(rule, at: scripts.count) }
    self.nextID = max(nextID, self.nextID)
  }

  /// A rule looks at how often a content has come.
  var countsAttempts: Bool { attemptRules > 0 }

  /// Takes the step that decides a pfop request: the first rule that holds and has a step left, else the bucket's own
  /// script.
  /// - Parameters:
  ///   - bucket: the index in the fixture of the request's bucket, nil if there is none.
  ///   - now: nanoseconds of the service's clock.
  /// - Returns: nil if nothing is scripted.
  mutating func take(for request: PfopRequest, _ subject: RuleSubject, bucket: Int?, at now: Int64) -> Taken? {
    if rehearsal != nil { return rehearse(in: .outcome, subject, bucket: bucket, at: now) }
    var luck = Luck()
    if !scripts.isEmpty {
      for place in index.candidates(for: request, subject) {
        if let taken = note(take(place, subject, at: now, &luck), of: place) { return taken }
      }
    }
    guard let bucket, let turn = bucketScripts[bucket]?.take(subject, at: now, &luck) else { return nil }
    return note(turn, of: scripts.count + bucket)
  }

  /// The same for the phases before a request is understood.
  mutating func take(in phase: RulePhase, _ subject: RuleSubject, at now: Int64) -> Taken? {
    if rehearsal != nil { return rehearse(in: phase, subject, bucket: nil, at: now) }
    let candidates: [Int]
    switch phase {
    case .connection: candidates = ofConnections
    case .request: candidates = ofRequests
    case .outcome: preconditionFailure("what a request comes to is asked with its parameters")
    }
    var luck = Luck()
    for place in candidates {
      if let taken = note(take(place, subject, at: now, &luck), of: place) { return taken }
    }
    return nil
  }

  private mutating func take(
    _ place: Int, _ subject: RuleSubject, at now: Int64, _ luck: inout Luck
  ) -> RuleScript.Turn {
    changeLedger(place) { $0.take(subject, at: now, &luck) }
  }

  /// Keeps what all rules remember within their share: of that which remembers most the older half is forgotten.
  private mutating func changeLedger<Result>(_ place: Int, _ body: (inout RuleScript) -> Result) -> Result {
    let (octets, count) = (scripts[place].heldOctets, scripts[place].ledger.evictedCount)
    let result = body(&scripts[place])
    stepOctets += scripts[place].heldOctets - octets
    forgottenCount += max(scripts[place].ledger.evictedCount - count, 0)
    while stepOctets > stepShare { forgetNames() }
    return result
  }

  private mutating func forgetNames() {
    var most = 0
    for place in scripts.indices where scripts[place].heldOctets > scripts[most].heldOctets { most = place }
    let (octets, count) = (scripts[most].heldOctets, scripts[most].ledger.evictedCount)
    scripts[most].forgetNames()
    stepOctets += scripts[most].heldOctets - octets
    forgottenCount += scripts[most].ledger.evictedCount - count
  }

  /// - Parameter place: the script's, as in `RuleOutline`.
  private mutating func note(_ turn: RuleScript.Turn, of place: Int) -> Taken? {
    switch turn {
    case .off: trials.append(RuleTrial(script: place, .off))
    case .unmet(let condition): trials.append(RuleTrial(script: place, .unmet(condition: condition)))
    case .noStep: trials.append(RuleTrial(script: place, .noStep))
    case .taken(let taken):
      trials.append(RuleTrial(script: place, .taken(step: taken.reference.step - 1)))
      return taken
    }
    return nil
  }

  /// The next request is another one.
  mutating func forgetTrials() { trials.removeAll() }

  func hasRules(in phase: RulePhase) -> Bool {
    switch phase {
    case .connection: !ofConnections.isEmpty
    case .request: !ofRequests.isEmpty
    case .outcome: true
    }
  }

  /// Lets the bucket's own steps begin anew, and the rules that are for just that bucket.
  mutating func reset(bucket name: String) {
    for index in scripts.indices where scripts[index].belongs(to: name) { changeLedger(index) { $0.reset() } }
    for index in bucketScripts.indices where bucketScripts[index]?.belongs(to: name) == true {
      bucketScripts[index]?.reset()
    }
  }

  // MARK: - Restoring

  /// The rules' and then the buckets' own, without those buckets that have none.
  var allScripts: [RuleScript] { scripts + bucketScripts.compactMap { $0 } }

  /// - Parameters:
  ///   - id: what the rule is called by from now on; nil leaves it.
  ///   - shift: see `RuleScript.restore`.
  mutating func restoreRule(
    at index: Int, _ rule: Rule, id: Int?, _ stored: ServiceSnapshot.Script, shift: Int64
  ) {
    if let id {
      let script = RuleScript(rule: rule, id: id, seed: seed)
      changeLedger(index) { $0 = script }
      outline.rules[index] = RuleOutline.Script(script)
      nextID = max(nextID, id + 1)
    }
    changeLedger(index) { script in
      script.restore(stored, shift: shift)
    }
  }

  mutating func restoreBucket(at index: Int, _ stored: ServiceSnapshot.Script, shift: Int64) {
    bucketScripts[index]?.restore(stored, shift: shift)
  }

  // MARK: - Changes

  /// Puts a rule before the one at that place. Costs one step for each rule behind it.
  mutating func insert(_ rule: Rule, at place: Int) {
    let script = RuleScript(rule: rule, id: takeID(), seed: seed)
    if place < scripts.count {
      index.shift(from: place, by: 1)
      ofConnections.shift(from: place, by: 1)
      ofRequests.shift(from: place, by: 1)
    }
    scripts.insert(script, at: place)
    stepOctets += script.heldOctets
    outline.rules.insert(RuleOutline.Script(script), at: place)
    if script.countsAttempts { attemptRules += 1 }
    list(place)
  }

  /// Removes the rule at that place. Costs one step for each rule.
  mutating func removeRule(at place: Int) {
    if scripts[place].countsAttempts { attemptRules -= 1 }
    stepOctets -= scripts[place].heldOctets
    scripts.remove(at: place)
    outline.rules.remove(at: place)
    for list in [\RuleBook.ofConnections, \.ofRequests] {
      self[keyPath: list].removeAll { $0 == place }
      self[keyPath: list].shift(from: place + 1, by: -1)
    }
    removals += 1
    guard removals > scripts.count + 64 else { return index.remove(place) }
    removals = 0
    index = RuleIndex()
    for place in scripts.indices where scripts[place].phase == .outcome { index.add(place, scripts[place].when) }
  }

  /// Has the rule at that place passed over, or not any more.
  mutating func turnRule(at place: Int, isOn: Bool) { scripts[place].isOff = !isOn }

  /// Takes over what a bucket's own `then` is now. Its steps begin anew only if they are others than they were.
  /// - Parameter place: the bucket's index in the fixture; just behind the last one for a new bucket.
  mutating func putBucket(_ bucket: Fixture.Bucket, at place: Int) {
    if place == bucketScripts.count {
      bucketScripts.append(RuleScript(bucket: bucket, seed: seed))
      outline.buckets.append(bucket.name.pattern)
    } else if bucketScripts[place]?.steps ?? [] != bucket.steps {
      bucketScripts[place] = RuleScript(bucket: bucket, seed: seed)
    }
  }

  mutating func removeBucket(at place: Int) {
    bucketScripts.remove(at: place)
    outline.buckets.remove(at: place)
  }

  /// Takes over a whole list of buckets; scripts that stay the same go on where they are.
  mutating func putBuckets(_ buckets: [Fixture.Bucket]) {
    var known: [String: RuleScript] = [:]
    for case .some(let script) in bucketScripts {
      if case .bucket(let name) = script.owner { known[name] = script }
    }
    bucketScripts = buckets.map { bucket in
      if let script = known[bucket.name.pattern], script.steps == bucket.steps { return script }
      return RuleScript(bucket: bucket, seed: seed)
    }
    outline.buckets = Blocks()
    for bucket in buckets { outline.buckets.append(bucket.name.pattern) }
  }

  private mutating func takeID() -> Int {
    if nextID <= ServiceSnapshot.largestCount {
      nextID += 1
      return nextID - 1
    }
    // A restored state can have the greatest id there is.
    let taken = Set(scripts.map(\.id))
    var id = 1
    while taken.contains(id) { id += 1 }
    return id
  }

  private mutating func list(_ place: Int) {
    switch scripts[place].phase {
    case .connection: ofConnections.insertSorted(place)
    case .request: ofRequests.insertSorted(place)
    case .outcome: index.add(place, scripts[place].when)
    }
  }

  // MARK: - Rehearsal

  private mutating func rehearse(in phase: RulePhase, _ subject: RuleSubject, bucket: Int?, at now: Int64) -> Taken? {
    for place in scripts.indices where scripts[place].phase == phase {
      if let taken = rehearsal?.take(&scripts[place], subject, at: now) { return taken }
    }
    guard let bucket, bucketScripts[bucket] != nil else { return nil }
    return bucketScripts[bucket].flatMap { script in
      var script = script
      return rehearsal?.take(&script, subject, at: now)
    }
  }
}

extension RuleOutline.Script {
  fileprivate init(_ script: RuleScript) { self.init(owner: script.owner, phase: script.phase, when: script.when) }
}

extension [Int] {
  /// Puts a number where it belongs among others that ascend.
  mutating func insertSorted(_ number: Int) {
    guard let last, last > number else { return append(number) }
    insert(number, at: firstIndex { $0 > number } ?? count)
  }

  /// Adds to all numbers from `start` on.
  mutating func shift(from start: Int, by distance: Int) {
    for index in indices where self[index] >= start { self[index] += distance }
  }
}

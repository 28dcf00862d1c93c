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
  }

  private struct Script {
    var owner: RuleReference.Owner
    var when: [Matcher]
    var steps: [Step]
    /// Where its steps' counts begin in `taken`.
    var firstCount: Int

    func belongs(to bucket: String) -> Bool {
      switch owner {
      case .bucket(let name): name == bucket
      case .rule: when.contains { $0.isForBucket(bucket) }
      }
    }
  }

  private let index: RuleIndex
  /// The rules in file order, then the buckets' scripts.
  private var scripts: [Script] = []
  /// The script of each bucket of the fixture; nil where it has none.
  private var bucketScripts: [Int?] = []
  private var taken: [Int] = []

  init(_ fixture: Fixture) {
    index = RuleIndex(fixture.rules)
    for (number, rule) in fixture.rules.enumerated() {
      add(.rule(name: rule.name ?? "\(number + 1)"), rule.when, rule.steps)
    }
    for bucket in fixture.buckets {
      bucketScripts.append(bucket.steps.isEmpty ? nil : scripts.count)
      if !bucket.steps.isEmpty { add(.bucket(name: bucket.name.pattern), [], bucket.steps) }
    }
  }

  /// Takes the step that decides `request`: the first rule that holds and has a step left, else the bucket's own script.
  /// - Parameter bucket: the index in the fixture of the request's bucket, nil if there is none.
  /// - Returns: nil if nothing is scripted.
  mutating func take(for request: PfopRequest, bucket: Int?) -> Taken? {
    for script in index.candidates(for: request) where scripts[script].when.allSatisfy({ $0.holds(for: request) }) {
      if let step = takeStep(of: script) { return step }
    }
    return bucket.flatMap { bucketScripts[$0] }.flatMap { takeStep(of: $0) }
  }

  /// Lets the bucket's own steps begin anew, and the rules that are for just that bucket.
  mutating func reset(bucket name: String) {
    for script in scripts where script.belongs(to: name) {
      for index in script.steps.indices { taken[script.firstCount + index] = 0 }
    }
  }

  private mutating func takeStep(of index: Int) -> Taken? {
    let script = scripts[index]
    for (number, step) in script.steps.enumerated() where taken[script.firstCount + number] < step.times ?? .max {
      taken[script.firstCount + number] += 1
      let reference = RuleReference(
        owner: script.owner, step: number + 1, stepCount: script.steps.count,
        taken: taken[script.firstCount + number], times: step.times)
      return Taken(outcome: step.outcome, job: step.job, reference: reference)
    }
    return nil
  }

  private mutating func add(_ owner: RuleReference.Owner, _ when: [Matcher], _ steps: [Step]) {
    scripts.append(Script(owner: owner, when: when, steps: steps, firstCount: taken.count))
    taken.append(contentsOf: repeatElement(0, count: steps.count))
  }
}

import ByteText

/// Everything the service knows: what the fixture says, how far its rules have gone, and what requests have made.
///
/// A value; who shares it keeps it under one lock.
package struct ServiceState: Sendable {
  package struct Settings: Sendable, Equatable {
    /// The first id to give out, at least 1.
    package var idStart: Int64
    /// How many jobs and how many deliveries are kept, at least 1.
    package var maxJobs: Int
    /// Goes before the fixture's word on the whole server; nil leaves it to the fixture, or to `classic`.
    package var dialect: Dialect?
    /// The same for the form of ids; nil leaves it to the fixture, or to the dialect.
    package var idFormat: IDFormat?
    package var notification: NotificationPolicy
    /// What is drawn depends on it.
    package var seed: UInt64
    package var memory: MemoryBudget

    package init(
      idStart: Int64 = 1, maxJobs: Int = 1_000_000, dialect: Dialect? = nil, idFormat: IDFormat? = nil,
      notification: NotificationPolicy = NotificationPolicy(), seed: UInt64 = 0, memory: MemoryBudget = MemoryBudget()
    ) {
      self.idStart = idStart
      self.maxJobs = maxJobs
      self.dialect = dialect
      self.idFormat = idFormat
      self.notification = notification
      self.seed = seed
      self.memory = memory
    }
  }

  package internal(set) var idioms: IdiomTable
  package var clock: ServiceClock
  package let settings: Settings
  var resources: ResourceTable
  var rules: RuleBook
  var attempts: AttemptCounts
  /// As it was loaded, and what its buckets are looked up in: `reset` goes back to both.
  var loaded: Fixture
  var loadedResources: ResourceTable
  /// With what was changed at run time. Its places are those of `resources`, `rules` and `idioms`.
  package internal(set) var fixture: Fixture
  /// Where accounts and buckets stand in it, by AccessKey and by name as it is written.
  var accountIndex: NameIndex
  var bucketIndex: NameIndex
  /// Grows whenever accounts, idioms or whether connections are looked at may have changed.
  package internal(set) var admissionEra = 0
  /// Grows with every change of accounts; and what the last one was.
  package internal(set) var accountEra = 0
  package internal(set) var accountChange = AccountChange.all
  /// Nobody asks in earnest: no job is made.
  var isRehearsed: Bool { rules.rehearsal != nil }
  var created: CreatedKeys
  var files: UploadedFiles
  var ids: PersistentID
  var jobs: JobTable
  var schedule = JobSchedule()
  /// Answers that a held clock holds.
  var holds = MinimumHeap<Hold>()
  var lastHold = 0
  /// The held answers of jobs whose notification is to come first, by the job's id.
  var awaited: [Int64: Int] = [:]
  var releases: [Int] = []
  /// Held responses take all they may, so that no more can be held.
  package var isHoldingFull = false
  var orders = Queue<NotificationOrder>()
  var deliveries: DeliveryLog
  var forbidden = ForbiddenReceivers()
  /// See `takeNews`.
  var hasNews = false
  /// What listeners are told of.
  package var happenings: Happenings
  package internal(set) var deliveryTally = DeliveryTally()
  /// Counts how often ids began anew.
  var era = 0
  /// Differs whenever there are other rules or buckets.
  package internal(set) var ruleRevision = 0

  package init(fixture: Fixture, settings: Settings, clock: ServiceClock) {
    self.settings = settings
    self.clock = clock
    let prepared = PreparedFixture(fixture, settings)
    self.fixture = prepared.fixture
    accountIndex = prepared.accountIndex
    bucketIndex = prepared.bucketIndex
    loaded = prepared.loaded
    idioms = prepared.idioms
    resources = prepared.resources
    loadedResources = prepared.loadedResources
    rules = prepared.rules
    attempts = prepared.attempts
    let memory = settings.memory
    created = CreatedKeys(limit: settings.maxJobs, share: memory.share(of: .createdKeys))
    files = UploadedFiles(limit: settings.maxJobs, share: memory.share(of: .uploads))
    ids = PersistentID(start: settings.idStart)
    jobs = JobTable(start: settings.idStart, limit: settings.maxJobs, share: memory.share(of: .jobs))
    deliveries = DeliveryLog(limit: settings.maxJobs, share: memory.share(of: .deliveries))
    happenings = Happenings(share: memory.share(of: .events))
  }

  /// Decides a request whose parameters are sound: rules, bucket, key, saveas target, and then a job, in the contract's
  /// order. A refusal leaves no job and uses up no id; only the rule that had its turn is counted.
  /// - Parameters:
  ///   - subject: what rules may look at; its AccessKey is the account that asks.
  ///   - now: the service's clock.
  package mutating func decide(
    _ request: PfopRequest, _ subject: RuleSubject, reqid: ByteView, at now: Timestamp
  ) -> Scripted<Decision> {
    let bucket = resources.bucket(named: request.bucket)
    guard let taken = rules.take(for: request, subject, bucket: bucket, at: now.nanoseconds) else {
      return Scripted(decide(request, subject, bucket, nil, reqid: reqid, at: now))
    }
    var script = taken.script
    let decision = decide(request, subject, bucket, taken, reqid: reqid, at: now)
    switch decision {
    case .accepted(let id, _):
      if script?.fault == .earlyNotification, jobs.state(of: id)?.delivery == .underWay, !isRehearsed {
        script?.hold = holdUntilNotified(id)
      }
    case .unanswered: break
    // What has no room does not wait; and what is about jobs has none to be about.
    case .refused(let refusal):
      if refusal.check == .memory { script = nil }
      if script?.fault?.kind == .job { script?.fault = nil }
    }
    return Scripted(decision, script)
  }

  private mutating func decide(
    _ request: PfopRequest, _ subject: RuleSubject, _ bucket: Int?, _ taken: RuleBook.Taken?, reqid: ByteView,
    at now: Timestamp
  ) -> Decision {
    if let taken, let decision = Self.decision(of: taken) { return decision }
    if let refusal = missingSource(request, bucket) ?? existingTarget(request) { return .refused(refusal) }
    if isHoldingFull, let script = taken?.script, isHeld(script) { return .refused(holdingFull) }
    guard makeRoom(for: request, reqid: reqid) else { return .refused(jobsFull) }
    guard let id = ids.take() else { return .refused(Self.idsExhausted) }
    var plan = taken?.job ?? bucket.map(resources.job) ?? .immediate
    let fault = taken?.script?.fault
    if fault == .lateNotification { plan.notifyAfter = Fault.lateness }
    if fault == .earlyNotification { plan = JobPlan(result: plan.result) }
    // All that a decision leaves behind, but for ids and counts, begins here.
    if isRehearsed { return .accepted(id: id, rule: taken?.reference) }
    begin(
      id, request, plan, notifiesTwice: fault == .duplicateNotification, reqid: reqid, accessKey: subject.accessKey,
      at: now)
    return .accepted(id: id, rule: taken?.reference)
  }

  /// What a step says about the request by itself; nil if it goes on to the checks that remain.
  private static func decision(of taken: RuleBook.Taken) -> Decision? {
    switch taken.outcome {
    case .accept: nil
    case .silence: .unanswered(taken.reference)
    case .status(let status, let error):
      .refused(
        Refusal(
          check: .rule(taken.reference), status: status, error: error, explanation: "scripted: \(taken.reference)"))
    }
  }

  /// A held clock holds scripted delays as well: whoever sends the answer waits for its number among `takeReleases`.
  package mutating func hold(_ script: AnswerScript?, at now: Timestamp) -> AnswerScript? {
    guard var script, script.hold == nil, script.delay > 0, clock.mode == .manual, !isRehearsed else { return script }
    script.hold = hold(until: now.nanoseconds.addingSaturated(script.delay))
    return script
  }

  // MARK: - Before requests are understood

  /// There are rules that look at connections, or at requests before their authorization.
  package func hasRules(in phase: RulePhase) -> Bool { rules.hasRules(in: phase) }

  /// Completes what rules may look at. Every request is counted here, once.
  /// - Parameter counts: false for one that no rule has a say on.
  package mutating func prepare(_ subject: inout RuleSubject, at now: Timestamp, counts: Bool = true) {
    rules.forgetTrials()
    subject.time = clock.sinceStart(now)
    guard counts, rules.countsAttempts else { return }
    subject.attempt =
      isRehearsed
      ? attempts.next(subject.content, path: subject.path) : attempts.count(subject.content, path: subject.path)
  }

  /// What the request that was prepared last has been tried on.
  package var trials: RuleTrials { _read { yield rules.trials } }

  /// What makes words of trials, until `ruleRevision` changes.
  package var ruleOutline: RuleOutline { rules.outline }

  /// Lets the rules of an early phase have their say.
  /// - Returns: nil if none has any; `accepted` is no decision there, so it is one that lets the request go on.
  package mutating func screen(
    _ subject: RuleSubject, in phase: RulePhase, at now: Timestamp
  ) -> Scripted<Screening>? {
    guard let taken = rules.take(in: phase, subject, at: now.nanoseconds) else { return nil }
    let screening: Screening
    switch Self.decision(of: taken) {
    case nil, .accepted: screening = .goesOn(taken.reference)
    case .refused(let refusal): screening = .refused(refusal)
    case .unanswered(let reference): screening = .unanswered(reference)
    }
    return Scripted(screening, taken.script)
  }

  /// The job of that id.
  package func lookUp(_ id: Int64) -> JobLookup { jobs.lookUp(id) }

  // MARK: - Checks

  private func missingSource(_ request: PfopRequest, _ bucket: Int?) -> Refusal? {
    guard let bucket else {
      return Refusal(
        check: .bucket, status: request.idiom.dialect.unknownBucketStatus, error: "no such bucket",
        explanation: resources.explainMissingBucket(request.bucket))
    }
    guard !resources.canRead(request.key, in: bucket),
      !created.contains(bucket: request.bucket, key: request.key)
    else { return nil }
    return Refusal(
      check: .key, status: request.idiom.dialect.unknownKeyStatus, error: "no such key",
      explanation: resources.explainMissingKey(request.key, in: bucket, named: request.bucket))
  }

  private func existingTarget(_ request: PfopRequest) -> Refusal? {
    guard !request.force, request.idiom.dialect.refusesExistingTargets else { return nil }
    // A loop and not `first(where: exists)`: that would copy this whole value for every request.
    for target in request.saveasTargets where exists(target) {
      let name = target.bytes.withUnsafeBytes { $0.visibleText(limit: 256) }
      return Refusal(
        check: .saveas, status: 614, error: "file exists",
        explanation: "saveas target \"\(name)\" exists; force=1 would overwrite it")
    }
    return nil
  }

  /// True if a file lies at the target: the fixture lists it, or a job has made it.
  func exists(_ target: EntryURI) -> Bool {
    target.withParts { bucketName, key in
      guard let key else { return false }
      if let bucket = resources.bucket(named: bucketName), resources.lists(key, in: bucket) { return true }
      return target.bytes.withUnsafeBytes { created.contains($0) }
    }
  }

  static let idsExhausted = Refusal(
    check: .id, status: 599, error: "server operation failed",
    explanation: "every id up to \(Int64.max) has been given out; start with a lower --id-start")
}

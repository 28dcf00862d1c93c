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

    package init(
      idStart: Int64 = 1, maxJobs: Int = 1_000_000, dialect: Dialect? = nil, idFormat: IDFormat? = nil,
      notification: NotificationPolicy = NotificationPolicy()
    ) {
      self.idStart = idStart
      self.maxJobs = maxJobs
      self.dialect = dialect
      self.idFormat = idFormat
      self.notification = notification
    }
  }

  package private(set) var idioms: IdiomTable
  package var clock: ServiceClock
  package let settings: Settings
  private(set) var resources: ResourceTable
  private var rules: RuleBook
  private var fixture: Fixture
  var created: CreatedKeys
  var files: UploadedFiles
  var ids: PersistentID
  var jobs: JobTable
  var schedule = JobSchedule()
  var orders = Queue<NotificationOrder>()
  var deliveries: DeliveryLog
  /// See `takeNews`.
  var hasNews = false
  /// Counts how often ids began anew.
  private(set) var era = 0

  package init(fixture: Fixture, settings: Settings, clock: ServiceClock) {
    self.settings = settings
    self.clock = clock
    self.fixture = fixture
    idioms = IdiomTable(fixture, dialect: settings.dialect, idFormat: settings.idFormat)
    resources = ResourceTable(fixture)
    rules = RuleBook(fixture)
    created = CreatedKeys(limit: settings.maxJobs)
    files = UploadedFiles(limit: settings.maxJobs)
    ids = PersistentID(start: settings.idStart)
    jobs = JobTable(start: settings.idStart, limit: settings.maxJobs)
    deliveries = DeliveryLog(limit: settings.maxJobs)
  }

  /// Puts another fixture in the place of this one. Its rules begin anew; ids, jobs and the keys they made stay.
  package mutating func replaceFixture(_ fixture: Fixture) {
    self.fixture = fixture
    idioms = IdiomTable(fixture, dialect: settings.dialect, idFormat: settings.idFormat)
    resources = ResourceTable(fixture)
    rules = RuleBook(fixture)
  }

  /// Decides a request whose parameters are sound: rules, bucket, key, saveas target, and then a job, in the contract's
  /// order. A refusal leaves no job and uses up no id; only the rule that had its turn is counted.
  /// - Parameters:
  ///   - accessKey: the account that asks.
  ///   - now: the service's clock.
  package mutating func decide(
    _ request: PfopRequest, reqid: ByteView, accessKey: ByteView, at now: Timestamp
  ) -> Decision {
    let bucket = resources.bucket(named: request.bucket)
    let scripted = rules.take(for: request, bucket: bucket)
    if let scripted {
      switch scripted.outcome {
      case .accept: break
      case .status(let status, let error):
        return .refused(
          Refusal(
            check: .rule(scripted.reference), status: status, error: error,
            explanation: "scripted: \(scripted.reference)"))
      }
    }
    if let refusal = missingSource(request, bucket) ?? existingTarget(request) { return .refused(refusal) }
    guard let id = ids.take() else { return .refused(Self.idsExhausted) }
    let plan = scripted?.job ?? bucket.map(resources.job) ?? .immediate
    begin(id, request, plan, reqid: reqid, accessKey: accessKey, at: now)
    return .accepted(id: id, rule: scripted?.reference)
  }

  /// The job of that id.
  package func lookUp(_ id: Int64) -> JobLookup { jobs.lookUp(id) }

  // MARK: - Reset

  /// What can be put back to how it was at the start.
  package enum Part: String, CaseIterable, Sendable {
    /// Jobs and deliveries leave. Ids go on.
    case jobs
    /// Rules and buckets' own steps begin anew.
    case rules
    /// Keys that jobs and uploads made are forgotten.
    case resources
    /// Ids begin anew. Jobs leave as well: no id is ever sent for two of them.
    case ids
    /// A held clock goes back to where it began.
    case clock
  }

  package mutating func reset(_ part: Part) {
    switch part {
    case .jobs:
      jobs.removeAll()
      schedule = JobSchedule()
      orders = Queue()
      deliveries.removeAll()
    case .rules: rules = RuleBook(fixture)
    case .resources:
      created = CreatedKeys(limit: settings.maxJobs)
      files = UploadedFiles(limit: settings.maxJobs)
    case .ids:
      reset(.jobs)
      jobs = JobTable(start: settings.idStart, limit: settings.maxJobs)
      ids = PersistentID(start: settings.idStart)
      era += 1
    case .clock: clock.reset()
    }
  }

  /// The same for what belongs to one bucket alone; ids and clock belong to all.
  package mutating func reset(_ part: Part, ofBucket bucket: String) {
    var bucket = bucket
    switch part {
    case .jobs: bucket.withUTF8 { removeJobs(of: ByteView($0)) }
    case .rules: rules.reset(bucket: bucket)
    case .resources:
      bucket.withUTF8 { bucket in
        created.removeAll(of: ByteView(bucket))
        files.removeAll(of: ByteView(bucket))
      }
    case .ids, .clock: break
    }
  }

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

import ByteText

/// Everything the service knows: what the fixture says, how far its rules have gone, and what requests have made.
///
/// A value; who shares it keeps it under one lock.
package struct ServiceState: Sendable {
  package struct Settings: Sendable, Equatable {
    /// The first id to give out, at least 1.
    package var idStart: Int64
    /// How many jobs are kept, at least 1.
    package var maxJobs: Int
    /// Goes before the fixture's word; nil leaves it to the fixture, or to `classic`.
    package var dialect: Dialect?

    package init(idStart: Int64 = 1, maxJobs: Int = 1_000_000, dialect: Dialect? = nil) {
      self.idStart = idStart
      self.maxJobs = maxJobs
      self.dialect = dialect
    }
  }

  package private(set) var dialect: Dialect
  private let settings: Settings
  private var resources: ResourceTable
  private var rules: RuleBook
  private var created: CreatedKeys
  private var ids: PersistentID
  private var jobs: JobTable

  package init(fixture: Fixture, settings: Settings) {
    self.settings = settings
    dialect = settings.dialect ?? fixture.dialect ?? .classic
    resources = ResourceTable(fixture)
    rules = RuleBook(fixture)
    created = CreatedKeys(limit: settings.maxJobs)
    ids = PersistentID(start: settings.idStart)
    jobs = JobTable(start: settings.idStart, limit: settings.maxJobs)
  }

  /// Puts another fixture in the place of this one. Its rules begin anew; ids, jobs and the keys they made stay.
  package mutating func replaceFixture(_ fixture: Fixture) {
    dialect = settings.dialect ?? fixture.dialect ?? .classic
    resources = ResourceTable(fixture)
    rules = RuleBook(fixture)
  }

  /// Decides a request whose parameters are sound: rules, bucket, key, saveas target, and then a job, in the contract's
  /// order. A refusal leaves no job and uses up no id; only the rule that had its turn is counted.
  package mutating func decide(_ request: PfopRequest, reqid: ByteView, at now: Timestamp) -> Decision {
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
    jobs.append(id: id, request, reqid: reqid, at: now)
    // The job is finished at once, so its results are there.
    for target in request.saveasTargets where target.hasKey {
      target.bytes.withUnsafeBytes { created.insert($0) }
    }
    return .accepted(id: id, rule: scripted?.reference)
  }

  /// The job of that id.
  package func lookUp(_ id: Int64) -> JobLookup { jobs.lookUp(id) }

  private func missingSource(_ request: PfopRequest, _ bucket: Int?) -> Refusal? {
    guard let bucket else {
      return Refusal(
        check: .bucket, status: dialect.unknownBucketStatus, error: "no such bucket",
        explanation: resources.explainMissingBucket(request.bucket))
    }
    guard !resources.canRead(request.key, in: bucket),
      !created.contains(bucket: request.bucket, key: request.key)
    else { return nil }
    return Refusal(
      check: .key, status: dialect.unknownKeyStatus, error: "no such key",
      explanation: resources.explainMissingKey(request.key, in: bucket, named: request.bucket))
  }

  private func existingTarget(_ request: PfopRequest) -> Refusal? {
    guard !request.force else { return nil }
    // A loop and not `first(where: exists)`: that would copy this whole value for every request.
    for target in request.saveasTargets where exists(target) {
      let name = target.bytes.withUnsafeBytes { $0.visibleText(limit: 256) }
      return Refusal(
        check: .saveas, status: 614, error: "file exists",
        explanation: "saveas target \"\(name)\" exists; force=1 would overwrite it")
    }
    return nil
  }

  private func exists(_ target: EntryURI) -> Bool {
    target.withParts { bucketName, key in
      guard let key else { return false }
      if let bucket = resources.bucket(named: bucketName), resources.lists(key, in: bucket) { return true }
      return target.bytes.withUnsafeBytes { created.contains($0) }
    }
  }

  private static let idsExhausted = Refusal(
    check: .id, status: 599, error: "server operation failed",
    explanation: "every id up to \(Int64.max) has been given out; start with a lower --id-start")
}

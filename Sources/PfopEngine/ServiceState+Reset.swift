import ByteText

/// Back to how it was at the start, part by part.
extension ServiceState {
  /// What can be put back to how it was at the start.
  package enum Part: String, CaseIterable, Sendable {
    /// Jobs and deliveries leave. Ids go on.
    case jobs
    /// Rules are those that were loaded, and begin anew, as buckets' own steps do.
    case rules
    /// Keys that jobs and uploads made are forgotten; buckets and accounts are those that were loaded.
    case resources
    /// Ids begin anew. Jobs leave as well: no id is ever sent for two of them.
    case ids
    /// A held clock goes back to where it began.
    case clock
  }

  /// What was there before a reset, to be freed where nobody waits for it.
  package struct Remains: Sendable {
    fileprivate var jobs: [JobTable] = []
    fileprivate var schedules: [JobSchedule] = []
    fileprivate var deliveries: [DeliveryLog] = []
    fileprivate var created: [CreatedKeys] = []
    fileprivate var files: [UploadedFiles] = []

    package init() {}
  }

  package mutating func reset(_ part: Part) {
    var remains = Remains()
    reset(part, leaving: &remains)
  }

  package mutating func reset(_ part: Part, leaving remains: inout Remains) {
    switch part {
    case .jobs:
      remains.jobs.append(jobs)
      jobs.removeAll()
      remains.schedules.append(schedule)
      schedule = JobSchedule()
      orders = Queue()
      remains.deliveries.append(deliveries)
      deliveries.removeAll()
      releaseAnswersOfMissingJobs()
    case .rules:
      fixture.rules = loaded.rules
      let (nextID, forgottenCount) = (rules.nextID, rules.forgottenCount)
      let share = settings.memory.share(of: .stepCounts)
      rules = RuleBook(fixture, seed: settings.seed, nextID: nextID, stepShare: share)
      rules.forgottenCount = forgottenCount
      attempts = attempts.emptied()
      admissionEra += 1
      ruleRevision += 1
    case .resources:
      fixture.buckets = loaded.buckets
      fixture.accounts = loaded.accounts
      accountIndex = NameIndex(fixture.accounts.lazy.map(\.accessKey))
      bucketIndex = NameIndex(fixture.buckets.lazy.map(\.name.pattern))
      resources = loadedResources
      rules.putBuckets(fixture.buckets)
      idioms = IdiomTable(fixture, dialect: settings.dialect, idFormat: settings.idFormat)
      note(.all)
      ruleRevision += 1
      remains.created.append(created)
      remains.files.append(files)
      created = created.emptied()
      files = files.emptied()
    case .ids:
      reset(.jobs, leaving: &remains)
      jobs = JobTable(start: settings.idStart, limit: jobs.limit, share: jobs.share, evictedCount: jobs.evictedCount)
      ids = PersistentID(start: settings.idStart)
      era += 1
    case .clock: clock.reset()
    }
  }

  /// The same for what belongs to one bucket alone; ids and clock belong to all. What the bucket and its rules say stays
  /// as it is: only counts begin anew.
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
}

/// All that a service knows, as plain values: what is written down of one, and what another one is made from.
///
/// Answers that wait for a held clock or a notification are not in it, since their connections belong to one process; and
/// what was counted by connection is not either.
package struct ServiceSnapshot: Sendable {
  /// How far one script has come, in the order of the fixture: rules, then buckets' own.
  package struct Script: Sendable, Equatable {
    /// `rule transcoder down` or `bucket flaky-599`.
    package var owner: String
    /// Where its stream of random numbers stands.
    package var random: UInt64
    package var rows: [Row]
    /// It is switched off.
    package var isOff: Bool
    /// A rule's, by which the admin API calls it, from 1 to `largestCount`; nil for a bucket's script.
    package var id: Int?

    package init(owner: String, random: UInt64, rows: [Row], isOff: Bool = false, id: Int? = nil) {
      self.id = id
      self.owner = owner
      self.random = random
      self.rows = rows
      self.isOff = isOff
    }
  }

  /// How often each step was taken by one of those that are counted apart.
  package struct Row: Sendable, Equatable {
    package var name: [UInt8]
    package var taken: [Int]
    package var limits: [TokenBucket?]

    package init(name: [UInt8], taken: [Int], limits: [TokenBucket?]) {
      self.name = name
      self.taken = taken
      self.limits = limits
    }
  }

  /// How often a content has come, known by its hash.
  package struct Attempt: Sendable, Equatable {
    package var hash: UInt64
    package var count: Int

    package init(hash: UInt64, count: Int) {
      self.hash = hash
      self.count = count
    }
  }

  package struct File: Sendable, Equatable {
    /// `bucket:key`
    package var entry: [UInt8]
    package var facts: FileFacts

    package init(entry: [UInt8], facts: FileFacts) {
      self.entry = entry
      self.facts = facts
    }
  }

  /// A job, and the plan it goes by: its own result may be another.
  package struct StoredJob: Sendable, Equatable {
    package var job: Job
    package var plan: JobPlan

    package init(job: Job, plan: JobPlan) {
      self.job = job
      self.plan = plan
    }
  }

  /// How far counts and numbers go: all that every reader of JSON takes for what they are.
  package static let largestCount = 1 << 53

  package var seed: UInt64 = 0
  /// The service's clock, and where its time began.
  package var now = Timestamp(nanoseconds: 0)
  package var start = Timestamp(nanoseconds: 0)
  package var firstID: Int64 = 1
  /// Nil if all ids are given out.
  package var nextID: Int64? = 1
  package var fixture = Fixture()
  /// Nil if all scripts are at their beginning.
  package var scripts: [Script]?
  package var attempts: [Attempt] = []
  /// `bucket:key` each, the older ones first.
  package var created: [[UInt8]] = []
  package var files: [File] = []
  /// Ascending.
  package var deliveries: [Delivery] = []
  package var nextDelivery: Int64 = 1
  /// The jobs whose second notification is due.
  package var repeats: [Int64] = []
  /// In the order of their ids.
  package var jobs: [StoredJob] = []

  package init() {}
}

extension FixedWidthInteger {
  /// One more; a count that has come to `ServiceSnapshot.largestCount` stays there, so that whatever is counted can be
  /// written down and read again.
  var countedOn: Self { self < Self(ServiceSnapshot.largestCount) ? self + 1 : self }
}

/// What is wrong with a snapshot that somebody hands in.
package struct SnapshotProblem: Error, Equatable {
  /// As in `jobs[3].phase`; empty for the whole.
  package var path: String
  package var what: String
  package var allowed: String?

  package init(path: String, what: String, allowed: String? = nil) {
    self.path = path
    self.what = what
    self.allowed = allowed
  }
}

extension ServiceSnapshot {
  /// Whether its parts go together.
  package func check() throws(SnapshotProblem) {
    let end = nextID.map { UInt64($0) } ?? UInt64(Int64.max) + 1
    guard firstID >= 1, UInt64(firstID) <= end else {
      throw SnapshotProblem(path: "ids.next", what: "is less than the first", allowed: "ids.first and more")
    }
    var last: Int64 = 0
    for (index, stored) in jobs.enumerated() {
      let id = stored.job.id
      guard id > last else {
        throw SnapshotProblem(
          path: "jobs[\(index)].id", what: "\(id) does not come behind \(last)", allowed: "ascending ids, each once")
      }
      guard id >= firstID, UInt64(id) < end else {
        throw SnapshotProblem(
          path: "jobs[\(index)].id", what: "\(id) was not given out", allowed: "ids from ids.first to before ids.next")
      }
      last = id
    }
    try checkDeliveries()
    try checkScripts()
  }

  private func checkDeliveries() throws(SnapshotProblem) {
    var last: Int64 = 0
    for (index, delivery) in deliveries.enumerated() {
      guard delivery.number > last, delivery.number < nextDelivery else {
        throw SnapshotProblem(
          path: "deliveries.list[\(index)].number", what: "\(delivery.number) is out of order",
          allowed: "ascending numbers from 1 to before deliveries.next")
      }
      last = delivery.number
    }
  }

  private func checkScripts() throws(SnapshotProblem) {
    guard let scripts else { return }
    let known = RuleBook(fixture, seed: seed).allScripts
    guard scripts.count == known.count else {
      throw SnapshotProblem(
        path: "scripts", what: "there are \(scripts.count) for \(known.count) rules and buckets with steps",
        allowed: "one for each rule, then one for each bucket that has steps; or no scripts at all")
    }
    var places = RuleBook.places(of: known)
    var ids: Set<Int> = []
    for (index, script) in scripts.enumerated() {
      guard let place = places.take(script.owner, at: index) else {
        throw SnapshotProblem(
          path: "scripts[\(index)].owner", what: "is another than the fixture has there",
          allowed: index < fixture.rules.count
            ? known[index].owner.text : "bucket and its name, each that has steps once")
      }
      let own = known[place]
      if index < fixture.rules.count {
        let id = script.ruleID(of: fixture.rules[index]) ?? own.id
        guard ids.insert(id).inserted else {
          throw SnapshotProblem(
            path: "scripts[\(index)].id", what: "there is another rule with the id \(id)", allowed: "each id once")
        }
      }
      for (place, row) in script.rows.enumerated() {
        guard row.taken.count == own.steps.count, row.limits.count == own.steps.count else {
          throw SnapshotProblem(
            path: "scripts[\(index)].rows[\(place)]", what: "there are \(row.taken.count) counts",
            allowed: "\(own.steps.count), one for each step")
        }
      }
    }
  }
}

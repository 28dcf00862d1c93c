/// A service at one moment, to be written down at leisure.
///
/// What it holds is shared with the service until that changes it, so taking one costs next to nothing, and the service
/// copies piece by piece only what it changes meanwhile. The times at which something happens are left out: they are in
/// the jobs, and lie in one piece that would be copied at once.
package struct ServiceCopy: Sendable {
  package let settings: ServiceState.Settings
  package let fixture: Fixture
  package let now: Timestamp
  package let mode: ServiceClock.Mode
  package let start: Timestamp
  package let nextID: Int64?
  package let nextDelivery: Int64
  private let orders: Queue<NotificationOrder>
  private let era: Int
  private let rules: RuleBook
  private let attemptCounts: AttemptCounts
  private let created: CreatedKeys
  private let uploaded: UploadedFiles
  private let jobs: JobTable
  private let deliveries: DeliveryLog

  fileprivate init(_ service: ServiceState, now: Timestamp) {
    settings = service.settings
    fixture = service.fixture
    self.now = now
    mode = service.clock.mode
    start = service.clock.start
    nextID = service.ids.next
    nextDelivery = service.deliveries.next
    orders = service.orders
    era = service.era
    rules = service.rules
    attemptCounts = service.attempts
    created = service.created
    uploaded = service.files
    jobs = service.jobs
    deliveries = service.deliveries
  }

  /// The jobs whose second notification is due.
  package var repeats: [Int64] {
    var (orders, repeats) = (orders, [Int64]())
    while let order = orders.popFirst() {
      if order.wish == 0, order.era == era { repeats.append(order.id) }
    }
    return repeats
  }

  package var scripts: [ServiceSnapshot.Script] {
    rules.allScripts.map { script in
      // Who has a connection to this process has none to the next.
      let rows = script.countBy == .connection ? [] : script.ledger.rows
      return ServiceSnapshot.Script(
        owner: script.owner.text, random: script.random.state, rows: rows, isOff: script.isOff,
        id: script.id > 0 ? script.id : nil)
    }
  }

  package var attempts: [ServiceSnapshot.Attempt] {
    attemptCounts.rows.map { ServiceSnapshot.Attempt(hash: $0.hash, count: $0.count) }
  }

  package var files: [ServiceSnapshot.File] {
    uploaded.all.map { ServiceSnapshot.File(entry: $0.entry, facts: $0.facts) }
  }

  /// In how many parts created keys are told.
  package static let createdParts = CreatedKeys.shardCount

  package func createdCount(_ part: Int) -> Int { created.count(ofShard: part) }

  /// - Parameter index: counts from 0 in the part.
  package func created(_ part: Int, _ index: Int) -> [UInt8] { created.entry(ofShard: part, at: index) }

  package var deliveryNumbers: Range<Int64> { deliveries.numbers }

  package func delivery(_ number: Int64) -> Delivery? { deliveries[number] }

  /// All ids there have been.
  package var issuedIDs: Range<UInt64> { jobs.issued }

  /// Ids from `start` on whose jobs are here, ascending; empty if there are none.
  package func jobIDs(from start: UInt64) -> [Int64] { jobs.ids(from: start) }

  /// Nil if the job is not here.
  package func job(_ id: Int64) -> ServiceSnapshot.StoredJob? { jobs.stored(id) }
}

extension ServiceState {
  /// All that is known now.
  /// - Parameter monotonic: nanoseconds of the monotonic clock.
  package mutating func copy(_ monotonic: Int64) -> ServiceCopy { ServiceCopy(self, now: clock.now(monotonic)) }
}

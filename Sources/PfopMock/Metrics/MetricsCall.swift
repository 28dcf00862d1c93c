import HTTPServer
import PfopEngine

/// `GET metrics`: counts and gauges for Prometheus. Looking at them costs a request nothing but its turn at the lock.
enum MetricsCall {
  static let description = CallDescription(answers: [.other("Prometheus' text format", "text/plain; version=0.0.4")])

  static let mediaType: StaticString = "text/plain; version=0.0.4"

  static func answer(_ request: AdminRequest) -> AdminReply {
    .now(.text(Array(text(of: request.core).utf8), type: mediaType))
  }

  /// What is read while nobody else has it.
  private struct Figures {
    var rows: [OutcomeTally.Row]
    var jobs: [(phase: String, count: Int)]
    var issuedCount: Int
    var nextID: Int64?
    var deliveries: DeliveryTally
    var journalCount: Int
    var journalDropped: UInt64
    var memory: [(holder: MemoryBudget.Holder, holding: MemoryBudget.Holding)]
    var now: Timestamp
  }

  private static func figures(of core: MockCore) -> Figures {
    core.state.withLock { state in
      Figures(
        rows: state.tally.rows,
        jobs: [JobState.Phase.waiting, .processing, .finished].map { ($0.name, state.service.jobCount(in: $0)) },
        issuedCount: state.service.issuedIDs.count, nextID: state.service.nextID,
        deliveries: state.service.deliveryTally, journalCount: state.journal.count,
        journalDropped: state.journal.droppedCount,
        memory: MemoryBudget.Holder.allCases.compactMap { holder in
          holding(holder, state.service, state.journal, core).map { (holder, $0) }
        },
        now: state.service.clock.now(SystemClock.monotonic))
    }
  }

  private static func holding(
    _ holder: MemoryBudget.Holder, _ service: borrowing ServiceState, _ journal: borrowing Journal, _ core: MockCore
  ) -> MemoryBudget.Holding? {
    switch holder {
    case .heldResponses: .init(octets: core.held.octets, evictedCount: 0)
    case .journal: .init(octets: journal.octets, evictedCount: Int(clamping: journal.droppedCount))
    case .events:
      service.holding(holder).map { .init(octets: $0.octets + core.events.octets, evictedCount: $0.evictedCount) }
    case .jobs, .createdKeys, .uploads, .deliveries, .attempts, .stepCounts: service.holding(holder)
    }
  }

  private static func text(of core: MockCore) -> String {
    let figures = figures(of: core)
    var text = MetricsText()
    text.begin("pfop_mock_build_info", .gauge, "Which version runs.")
    text.sample("pfop_mock_build_info", ["version": PfopMockServer.version], 1)
    let uptime = Double(SystemClock.monotonic - core.startTime) / 1e9
    text.single("pfop_mock_uptime_seconds", .gauge, "Real time since the start.", uptime)
    text.begin("pfop_mock_clock_seconds", .gauge, "The service's time, since 1970-01-01T00:00:00Z.")
    let seconds = Double(figures.now.nanoseconds) / 1e9
    text.sample("pfop_mock_clock_seconds", ["mode": core.configuration.clock.rawValue], seconds)

    writeRequests(figures, &text)
    writeJobs(figures, core, &text)
    writeMemory(figures, core, &text)

    text.single("pfop_mock_connections", .gauge, "Connections that are open.", core.desk.connections.openCount)
    text.single(
      "pfop_mock_connections_accepted_total", .counter, "Connections there have been.",
      core.desk.connections.acceptedCount)
    text.single("pfop_mock_event_listeners", .gauge, "Those who listen to GET events.", core.events.listenerCount)
    return text.text
  }

  private static func writeRequests(_ figures: Figures, _ text: inout MetricsText) {
    text.begin(
      "pfop_mock_requests_total", .counter,
      "Requests, by call, status (0 for none) and the check that decided; admin calls are none.")
    let groups = Dictionary(grouping: figures.rows) { "\($0.call) \($0.status) \($0.check)" }
    for (_, rows) in groups.sorted(by: { $0.key < $1.key }) {
      let labels: KeyValuePairs = [
        "endpoint": "\(rows[0].call)", "status": "\(rows[0].status)", "decided_by": "\(rows[0].check)",
      ]
      text.sample("pfop_mock_requests_total", labels, rows.map(\.count).reduce(0, +))
    }
    text.single(
      "pfop_mock_journal_entries", .gauge, "Requests that the journal holds.", figures.journalCount)
    text.single(
      "pfop_mock_journal_entries_left_total", .counter, "Requests that have left the journal for newer ones.",
      figures.journalDropped)
  }

  private static func writeMemory(_ figures: Figures, _ core: MockCore, _ text: inout MetricsText) {
    let memory = core.configuration.memory
    text.single("pfop_mock_memory_budget_bytes", .gauge, "What stores may hold in all, --max-memory.", memory.octets)
    text.begin("pfop_mock_memory_share_bytes", .gauge, "What each store may hold.")
    for (holder, _) in figures.memory {
      text.sample("pfop_mock_memory_share_bytes", ["store": holder.rawValue], memory.share(of: holder))
    }
    text.begin("pfop_mock_memory_held_bytes", .gauge, "What each store holds.")
    for (holder, holding) in figures.memory {
      text.sample("pfop_mock_memory_held_bytes", ["store": holder.rawValue], holding.octets)
    }
    text.begin("pfop_mock_memory_evictions_total", .counter, "What has left each store to make room.")
    for (holder, holding) in figures.memory {
      text.sample("pfop_mock_memory_evictions_total", ["store": holder.rawValue], holding.evictedCount)
    }
  }

  private static func writeJobs(_ figures: Figures, _ core: MockCore, _ text: inout MetricsText) {
    text.begin("pfop_mock_jobs", .gauge, "Jobs that are here, by phase.")
    for (phase, count) in figures.jobs { text.sample("pfop_mock_jobs", ["phase": phase], count) }
    text.single("pfop_mock_ids_issued", .gauge, "Ids given out since ids began, or began anew.", figures.issuedCount)
    if let id = figures.nextID { text.single("pfop_mock_next_id", .gauge, "The id that comes next.", id) }
    let deliveries = figures.deliveries
    text.begin("pfop_mock_notifications_total", .counter, "Tries to notify that have come to an outcome, by outcome.")
    text.sample("pfop_mock_notifications_total", ["outcome": "delivered"], deliveries.delivered)
    text.sample("pfop_mock_notifications_total", ["outcome": "failed"], deliveries.failed)
    text.sample("pfop_mock_notifications_total", ["outcome": "suppressed"], deliveries.suppressed)
    text.single("pfop_mock_notifications_under_way", .gauge, "Tries to notify that are under way.", deliveries.underWay)
    text.single(
      "pfop_mock_held_answers", .gauge, "Answers that wait for a held clock or for a notification.", core.held.count)
  }
}

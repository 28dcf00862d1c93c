import ByteText

/// What is kept for clients, and what they are told when there is no room for more.
extension ServiceState {
  /// What a store of the service holds; nil for those that lie elsewhere.
  package func holding(_ holder: MemoryBudget.Holder) -> MemoryBudget.Holding? {
    switch holder {
    case .jobs: .init(octets: jobs.octets, evictedCount: jobs.evictedCount)
    case .createdKeys: .init(octets: created.octets, evictedCount: created.evictedCount)
    case .uploads: .init(octets: files.octets, evictedCount: files.evictedCount)
    case .deliveries: .init(octets: deliveries.octets, evictedCount: deliveries.evictedCount)
    case .attempts: .init(octets: attempts.octets, evictedCount: attempts.evictedCount)
    case .stepCounts: .init(octets: rules.stepOctets, evictedCount: rules.forgottenCount)
    case .events: .init(octets: happenings.octets, evictedCount: happenings.evictedCount)
    case .heldResponses, .journal: nil
    }
  }

  /// Lets settled jobs leave, the oldest first, until there is room for the one that is asked for.
  /// - Returns: false if there is none all the same.
  mutating func makeRoom(for request: borrowing PfopRequest, reqid: ByteView) -> Bool {
    let octets = JobTable.octets(of: request.octetCount + reqid.count)
    return isRehearsed ? jobs.canMakeRoom(for: octets) : jobs.makeRoom(for: octets)
  }

  private static let fullStatus = 503

  var jobsFull: Refusal {
    let taken = "jobs take \(jobs.octets) of \(jobs.share) octets, half of --max-memory \(settings.memory.octets)"
    return Refusal(
      check: .memory, status: Self.fullStatus, error: "no room for another job",
      explanation: "\(taken), and too few have finished; finish or reset jobs, or raise --max-memory")
  }

  /// The answer would wait for the held clock or for a notification.
  package func isHeld(_ script: AnswerScript) -> Bool {
    script.fault == .earlyNotification || script.delay > 0 && clock.mode == .manual
  }

  package var holdingFull: Refusal {
    let share = settings.memory.share(of: .heldResponses)
    let taken = "held responses take all of \(share) octets, a 32nd of --max-memory \(settings.memory.octets)"
    return Refusal(
      check: .memory, status: Self.fullStatus, error: "no room for another held response",
      explanation: "\(taken); advance the clock, or raise --max-memory")
  }
}

import ByteText

/// What happens to jobs after they were accepted. All times are the service's.
extension ServiceState {
  /// Makes the job of an accepted request; one that takes no time has its results when this returns.
  mutating func begin(
    _ id: Int64, _ request: PfopRequest, _ plan: JobPlan, notifiesTwice: Bool = false, reqid: ByteView,
    accessKey: ByteView,
    at now: Timestamp
  ) {
    let nothing = ByteView(start: nil, count: 0)
    var state = JobState(plan, createdAt: now.nanoseconds, notifies: !request.notifyURL.isEmpty)
    let effects = state.timeCame(now.nanoseconds, plan)
    let texts: JobSegment.Texts = [
      reqid, request.bucket, request.key, request.fops, request.pipeline ?? nothing, request.notifyURL,
      request.workflowTemplateID,
    ]
    var traits = JobTraits(request)
    if notifiesTwice { traits.insert(.notifiesTwice) }
    let entry = JobTable.Entry(
      createdAt: now.nanoseconds, plan: plan, traits: traits, state: state, accessKey: accessKey,
      texts: texts)
    jobs.append(entry, id: id)
    noteJob(id, at: now)
    perform(effects, id, at: now)
  }

  /// Where a job stands; nil if it is not here.
  package func state(of id: Int64) -> JobState? { jobs.state(of: id) }

  // MARK: - Time

  /// When something happens next by itself; nil if nothing will.
  package var nextDue: Timestamp? {
    [schedule.first?.time, holds.first?.time].compactMap { $0 }.min().map { Timestamp(nanoseconds: $0) }
  }

  /// Lets everything happen that is due up to `time`, in order of due time, then id; held answers leave after what
  /// happens to jobs at the same time.
  /// - Parameter limit: how many events at most, so that the lock is not held for long.
  /// - Returns: how many there were; as many as `limit` if there may be more.
  package mutating func advance(to time: Timestamp, limit: Int) -> Int {
    var count = 0
    while count < limit, let next = nextDue, next <= time {
      count += 1
      guard let entry = schedule.first, entry.time == next.nanoseconds else {
        if let hold = holds.popFirst() { releases.append(hold.number) }
        clock.advance(to: next)
        continue
      }
      _ = schedule.popFirst()
      let moment = Timestamp(nanoseconds: entry.time)
      let phase = happenings.isKept ? jobs.state(of: entry.id)?.phase : nil
      let effects = jobs.update(entry.id) { state, plan in
        state.due == entry.time ? state.timeCame(entry.time, plan) : []
      }
      clock.advance(to: moment)
      noteJob(entry.id, unlessIn: phase, at: moment)
      perform(effects ?? [], entry.id, at: moment)
    }
    return count
  }

  // MARK: - Answers that wait

  /// An answer is to leave only once the held clock has come to `time`.
  /// - Returns: the number by which `takeReleases` will tell that it may.
  mutating func hold(until time: Int64) -> Int {
    lastHold += 1
    holds.insert(Hold(time: time, number: lastHold))
    return lastHold
  }

  /// The answer to the request for a job is to leave only behind the first try to notify of it.
  mutating func holdUntilNotified(_ id: Int64) -> Int {
    lastHold += 1
    awaited[id] = lastHold
    return lastHold
  }

  /// Whatever became of the notification: nothing more is waited for.
  mutating func releaseAnswer(of id: Int64) {
    guard !awaited.isEmpty, let number = awaited.removeValue(forKey: id) else { return }
    releases.append(number)
  }

  /// Jobs have left, and with them what was waited for.
  mutating func releaseAnswersOfMissingJobs() {
    for id in awaited.keys.sorted() where jobs.state(of: id) == nil { releaseAnswer(of: id) }
  }

  /// The held answers whose time has come since the last call, in order.
  package mutating func takeReleases() -> [Int] {
    defer { releases = [] }
    return releases
  }

  // MARK: - A tester's hand

  /// What a tester can do to a job.
  package enum Steering: Sendable, Equatable {
    /// To its result, at once.
    case finish
    case fail(error: String, errorIndex: Int?)
    /// To its next phase.
    case step
  }

  /// - Returns: false if the job has finished, so that nothing can be done to it; nil if it is not here.
  package mutating func steer(_ id: Int64, _ steering: Steering, at now: Timestamp) -> Bool? {
    guard let state = jobs.state(of: id) else { return nil }
    guard state.phase != .finished else { return false }
    switch steering {
    case .finish, .step: break
    case .fail(let error, let index): jobs.setResult(.failed(error: error, errorIndex: index), of: id)
    }
    let effects = jobs.update(id) { state, plan in
      switch steering {
      case .finish, .fail: state.ended(at: now.nanoseconds, plan)
      case .step: state.stepped(at: now.nanoseconds, plan)
      }
    }
    noteJob(id, unlessIn: state.phase, at: now)
    perform(effects ?? [], id, at: now)
    return true
  }

  // MARK: - Removing

  /// Lets the jobs leave whose source lies in `bucket`, and their deliveries.
  mutating func removeJobs(of bucket: ByteView) {
    let removed = Set(jobs.ids(in: jobs.issued).filter { jobs.isIn(bucket, $0) })
    for id in removed { jobs.remove(id) }
    releaseAnswersOfMissingJobs()
    for number in deliveries.numbers where deliveries[number].map({ removed.contains($0.id) }) ?? false {
      deliveries[number] = nil
    }
  }

  // MARK: - Effects

  mutating func perform(_ effects: JobState.Effects, _ id: Int64, at now: Timestamp) {
    if effects.contains(.results), jobs.traits(of: id)?.contains(.saves) == true { makeTargets(of: id) }
    if effects.contains(.notification) { orderNotification(of: id, at: now) }
    if effects.contains(.timer), let due = jobs.state(of: id)?.due {
      hasNews = true
      schedule.insert(time: due, id: id)
      if schedule.needsSweep {
        let table = jobs
        schedule.sweep { table.state(of: $0.id)?.due == $0.time }
      }
    }
  }

  /// The commands that succeed save to their targets. Of several that save to one, the first makes it.
  private mutating func makeTargets(of id: Int64) {
    guard case .found(let job) = jobs.lookUp(id) else { return }
    var met: [Int: TargetEncounter] = [:]
    let commands = job.commands
    for (index, command) in commands.enumerated() where job.error(of: index, of: commands.count) == nil {
      var text = command
      guard let target = text.withUTF8({ FopPipeline.saveasTarget(of: ByteView($0)) }) else { continue }
      if !job.traits.contains(.force), exists(target) {
        met[index] = job.traits.contains(.returnsOld) ? .returnedOld : .fileExists
      } else {
        var entry = "\(target.bucket):\(job.resultKey(of: command))"
        entry.withUTF8 { created.insert(ByteView($0)) }
        if !files.isEmpty { files.remove(Array(entry.utf8)) }
      }
    }
    if !met.isEmpty { jobs.setEncounters(met, of: id) }
  }
}

extension JobTraits {
  fileprivate init(_ request: PfopRequest) {
    self = []
    if request.force { insert(.force) }
    if !request.saveasTargets.isEmpty { insert(.saves) }
    if !request.idiom.dialect.refusesExistingTargets { insert(.returnsOld) }
    if request.isIdleType { insert(.idleType) }
    idFormat = request.idiom.idFormat
  }
}

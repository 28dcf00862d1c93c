import ByteText

extension JobTable {
  /// The job with the plan it goes by; nil if it is not here.
  func stored(_ id: Int64) -> ServiceSnapshot.StoredJob? {
    withPlace(of: id) { segment, index in
      ServiceSnapshot.StoredJob(job: job(id, segment, index), plan: plans[Int(segment[index].plan)])
    }
  }

  /// - Parameters:
  ///   - stored: in the order of their ids, which lie from `first` to before `next`.
  ///   - limit: when there are more, the oldest that are settled leave.
  init(_ stored: [ServiceSnapshot.StoredJob], first: Int64, next end: UInt64, limit: Int) {
    self.init(start: first, limit: limit)
    let dense = Self.denseStart(stored, next: end)
    for stored in stored[..<dense] { stored.withEntry { setAside($0, id: stored.job.id) } }
    oldest = dense < stored.count ? UInt64(stored[dense].job.id) : end
    segmentsStart = oldest
    next = oldest
    for stored in stored[dense...] {
      while next < UInt64(stored.job.id) { appendGap() }
      stored.withEntry { append($0, id: stored.job.id) }
    }
    while next < end { appendGap() }
    for stored in stored where state(of: stored.job.id) != nil {
      if stored.job.result != stored.plan.result { results[stored.job.id] = stored.job.result }
      if !stored.job.encounters.isEmpty { encounters[stored.job.id] = stored.job.encounters }
    }
    while count > limit { makeRoom() }
  }

  /// From which index on the jobs lie so close that a place for each id between them costs no more than they do.
  private static func denseStart(_ stored: [ServiceSnapshot.StoredJob], next: UInt64) -> Int {
    stored.indices.first { index in
      next - UInt64(stored[index].job.id) <= 2 * UInt64(stored.count - index) + UInt64(segmentCount)
    } ?? stored.count
  }

  /// A place whose job has left.
  private mutating func appendGap() {
    var record = JobSegment.Record(
      createdAt: 0, state: JobState(phase: .finished, delivery: .none, tries: 0, due: .max), plan: 0, account: 0,
      traits: [])
    record.hasLeft = true
    place(record, JobSegment.Texts(repeating: ByteView(start: nil, count: 0)))
  }

  private mutating func setAside(_ entry: Entry, id: Int64) {
    var segment = JobSegment(capacity: 1)
    segment.append(record(of: entry), entry.texts)
    aside[id] = segment
    asideInOrder.insert(id)
    if entry.state.isSettled { asideSettled.insert(id) }
    count(entry.state)
  }
}

extension ServiceSnapshot.StoredJob {
  fileprivate func withEntry(_ body: (JobTable.Entry) -> Void) {
    let texts = [
      job.reqid, job.bucket, job.key, job.fops, job.pipeline, job.notifyURL, job.workflowTemplateID, job.accessKey,
    ]
    let octets = texts.flatMap(\.utf8)
    octets.withUnsafeBytes { octets in
      var views: [ByteView] = []
      var position = 0
      for text in texts {
        views.append(octets.slice(position, position + text.utf8.count))
        position += text.utf8.count
      }
      body(
        JobTable.Entry(
          createdAt: job.createdAt.nanoseconds, plan: plan, traits: job.traits, state: job.state, accessKey: views[7],
          texts: [views[0], views[1], views[2], views[3], views[4], views[5], views[6]]))
    }
  }
}

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
  ///   - limit, share: when there are more, the oldest that are settled leave, and then the oldest of all.
  init(_ stored: [ServiceSnapshot.StoredJob], first: Int64, next end: UInt64, limit: Int, share: Int = .max) {
    self.init(start: first, limit: limit, share: share)
    for stored in stored {
      let id = stored.job.id
      stored.withEntry { add($0, id: UInt64(id)) }
      if stored.job.result != stored.plan.result { setResult(stored.job.result, of: id) }
      if !stored.job.encounters.isEmpty { setEncounters(stored.job.encounters, of: id) }
    }
    next = end
    while count > 0, count > limit || octets > share { removeOldest() }
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

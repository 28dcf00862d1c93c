import ByteText

/// What can be seen of jobs.
extension JobTable {
  /// The job of that id.
  func lookUp(_ id: Int64) -> JobLookup {
    guard id >= 1, issued.contains(UInt64(id)) else { return .neverIssued }
    return withPlace(of: id) { .found(job(id, $0, $1)) } ?? .left
  }

  /// The state of a job; nil if it is not here.
  func state(of id: Int64) -> JobState? { withPlace(of: id) { $0[$1].state } }

  func traits(of id: Int64) -> JobTraits? { withPlace(of: id) { $0[$1].traits } }

  func notifyURL(of id: Int64) -> String? { withPlace(of: id) { $0.string(.notifyURL, of: $1) } }

  func plan(of id: Int64) -> JobPlan? { withPlace(of: id) { plans[Int($0[$1].plan)] } }

  /// Which of `receivers` a job's notification is for; nil for none, or if the job is not here.
  func receiver(of id: Int64, among receivers: borrowing ForbiddenReceivers) -> Int? {
    guard let index = index(of: id) else { return nil }
    return segments.span[index.segment].withText(.notifyURL, of: index.record) { receivers.index(of: $0) }
  }

  /// True if the job is here and its source lies in `bucket`.
  func isIn(_ bucket: ByteView, _ id: Int64) -> Bool {
    withPlace(of: id) { $0.withText(.bucket, of: $1) { $0.equals(bucket) } } ?? false
  }

  /// The ids of `range` whose jobs are here, ascending.
  func ids(in range: Range<UInt64>) -> [Int64] {
    guard !range.isEmpty else { return [] }
    let last = JobSegment.number(of: range.upperBound - 1)
    let start = firstSegment(from: JobSegment.number(of: range.lowerBound))
    return segments[start...].prefix { $0.number <= last }.flatMap { $0.ids(in: range) }
  }

  /// The ids from `start` on whose jobs are here, ascending: those of one segment; empty behind the last.
  func ids(from start: UInt64) -> [Int64] {
    guard start < next else { return [] }
    for index in firstSegment(from: JobSegment.number(of: start))..<segments.count {
      let ids = segments[index].ids(in: start..<next)
      if !ids.isEmpty { return ids }
    }
    return []
  }

  /// The first id from `start` on whose job is here; nil if there is none. There may be more ids than can be counted through.
  func firstID(from start: UInt64) -> UInt64? { ids(from: start).first.map { UInt64($0) } }

  func job(_ id: Int64, _ segment: borrowing JobSegment, _ index: Int) -> Job {
    let record = segment[index]
    return Job(
      id: id, createdAt: Timestamp(nanoseconds: record.createdAt), reqid: segment.string(.reqid, of: index),
      bucket: segment.string(.bucket, of: index), key: segment.string(.key, of: index),
      fops: segment.string(.fops, of: index), pipeline: segment.string(.pipeline, of: index),
      notifyURL: segment.string(.notifyURL, of: index),
      workflowTemplateID: segment.string(.workflowTemplateID, of: index), accessKey: accounts.name(Int(record.account)),
      traits: record.traits, state: record.state, result: results[id] ?? plans[Int(record.plan)].result,
      encounters: encounters[id] ?? [:])
  }
}

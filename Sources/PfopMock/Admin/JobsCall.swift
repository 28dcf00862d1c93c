import PfopEngine

/// `GET jobs?bucket&key&code&since&limit`: the jobs there are, in the order of their ids.
enum JobsCall {
  static let description = CallDescription(
    [
      .init("bucket", "Whose source lies there"), .init("key", "Whose source is that"),
      .init("code", "Whose status has that code", .integer(0...4)),
      .init("since", "Behind that id", .integer(0...Int64.max)),
      .init("limit", "At most so many; 100 without a word on it", .integer(1...maximumLimit)),
    ], answers: [.json("In the order of their ids", .object([.needed("jobs", .list(.part("Job")))]))])

  static let query: [StaticString] = ["bucket", "key", "code", "since", "limit"]
  static let defaultLimit = 100
  static let maximumLimit: Int64 = 10_000

  static func answer(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    let query = request.query
    let since = try query.number("since", in: 0...Int64.max) ?? 0
    let limit = try query.number("limit", in: 1...maximumLimit) ?? Int64(defaultLimit)
    let code = try query.number("code", in: 0...4)
    // Of those that there are now: what is made while the list is told has no place in it.
    let end = request.core.withService { $0.issuedIDs.upperBound }
    let items = Items(
      core: request.core, bucket: query["bucket"], key: query["key"], code: code.map(Int.init),
      ids: min(UInt64(since) + 1, end)..<end, limit: Int(limit))
    return request.answer(with: ListContent(items, named: "jobs"))
  }

  private struct Items: ListItems {
    let core: MockCore
    let bucket: String?
    let key: String?
    let code: Int?
    /// Those that have not been looked at.
    var ids: Range<UInt64>
    /// How many more to tell.
    var limit: Int

    /// Ids that are looked at in one go, so that the service's lock is not held for long.
    private static let batch: UInt64 = 512

    mutating func next() -> [Job]? {
      guard !ids.isEmpty, limit > 0 else { return nil }
      let found = core.withService { take(from: $0) }
      limit -= found.count
      return found
    }

    private mutating func take(from service: borrowing ServiceState) -> [Job] {
      let start = min(service.firstJobID(from: ids.lowerBound) ?? ids.upperBound, ids.upperBound)
      let range = start..<min(start + Self.batch, ids.upperBound)
      ids = range.upperBound..<ids.upperBound
      var found: [Job] = []
      var octets = 0
      for id in service.jobIDs(in: range) {
        guard case .found(let job) = service.lookUp(id), isWanted(job) else { continue }
        found.append(job)
        octets += job.textSize
        guard octets < PieceLimit.octets, found.count < limit else {
          ids = UInt64(id) + 1..<ids.upperBound
          break
        }
      }
      return found
    }

    private func isWanted(_ job: Job) -> Bool {
      (bucket ?? job.bucket) == job.bucket && (key ?? job.key) == job.key
        && code.map { $0 == StatusReport.Code(of: job).rawValue } ?? true
    }

    func parts(of job: Job) -> [JSONPart] { [.text(JSONWriter.json { $0.value(job) })] }
  }
}

extension Job {
  /// About the octets that its texts have.
  var textSize: Int {
    reqid.utf8.count + bucket.utf8.count + key.utf8.count + fops.utf8.count + pipeline.utf8.count
      + notifyURL.utf8.count + workflowTemplateID.utf8.count + accessKey.utf8.count
  }
}

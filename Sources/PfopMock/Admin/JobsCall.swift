import HTTPServer
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

  /// Ids that are looked at in one go, so that the service's lock is not held for long.
  private static let batch: UInt64 = 512

  static func answer(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    let query = request.query
    let since = try query.number("since", in: 0...Int64.max) ?? 0
    let limit = try query.number("limit", in: 1...maximumLimit) ?? Int64(defaultLimit)
    let code = try query.number("code", in: 0...4)
    let core = request.core
    var found: [Job] = []
    var position = UInt64(since) + 1
    let end = core.withService { $0.issuedIDs.upperBound }
    while found.count < limit, let start = core.withService({ $0.firstJobID(from: position) }), start < end {
      let range = start..<min(start + batch, end)
      position = range.upperBound
      found += jobs(in: range, core) { job in
        (query["bucket"] ?? job.bucket) == job.bucket && (query["key"] ?? job.key) == job.key
          && code.map { Int($0) == StatusReport.Code(of: job).rawValue } ?? true
      }
    }
    return .object { writer in
      writer.name("jobs")
      writer.array { writer in
        for job in found.prefix(Int(limit)) { writer.value(job) }
      }
    }
  }

  private static func jobs(in range: Range<UInt64>, _ core: MockCore, where isWanted: (Job) -> Bool) -> [Job] {
    core.withService { service in
      service.jobIDs(in: range).compactMap { id in
        guard case .found(let job) = service.lookUp(id), isWanted(job) else { return nil }
        return job
      }
    }
  }
}

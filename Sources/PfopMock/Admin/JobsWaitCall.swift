import ByteText
import HTTPServer
import PfopEngine

/// `POST jobs/wait {"ids": […], "bucket": "…", "until": "settled", "within": "5s"}`: answers once the jobs that are here
/// have come to where they are awaited; without a word on which, all of them.
enum JobsWaitCall {
  static let description = CallDescription(
    body: .object([
      .maybe("ids", .list(.either([.integer(1...Int64.max), .text]))), .maybe("bucket", .text),
      .maybe("until", .choice(JobWaiter.Goal.allCases.map(\.rawValue))), .maybe("within", .text),
    ]),
    answers: [
      .json(
        "They have come there",
        .object([.needed("count", .integer(0...Int64.max)), .needed("jobs", .list(.part("Job")))])),
      .error(404, "No job has had one of the ids"), .error(409, "They have not come there in time"),
    ])

  private static let fields = ["ids", "bucket", "until", "within"]
  private static let defaultSpan: Int64 = 5_000_000_000
  private static let maximumSpan: Int64 = 600_000_000_000
  /// Jobs that an answer shows.
  private static let shownCount = 100

  private struct Wanted {
    var ids: [Int64]?
    var bucket: String?
    var goal = JobWaiter.Goal.settled
    var span = defaultSpan
  }

  static func answer(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    let wanted = try request.readBody(fields, read)
    let core = request.core
    let ids = wanted.ids ?? all(of: wanted.bucket, core)
    for id in ids {
      if case .neverIssued = core.withService({ $0.lookUp(id) }) {
        throw .refused(status: 404, "no job has the id \(id)")
      }
    }
    let waiter = JobWaiter(
      ids: ids, goal: wanted.goal, deadline: (SystemClock.monotonic + wanted.span) / 1_000_000,
      reply: request.lateAnswer)
    core.backstage.post(.awaitJobs(waiter))
    return .later
  }

  static func arrived(_ waiter: JobWaiter, _ core: MockCore) -> some ResponseContent {
    ListContent(
      Items(core: core, ids: waiter.ids.prefix(shownCount)), opening: "{\"count\": \(waiter.ids.count), \"jobs\": [")
  }

  static func missing(_ waiter: JobWaiter, _ core: MockCore) -> Answer {
    var error = "\(waiter.pending.count) of \(waiter.ids.count) jobs have not come to \(waiter.goal.rawValue) in time"
    if let id = waiter.pending.first, case .found(let job) = core.withService({ $0.lookUp(id) }) {
      error += "; job \(id) is \(job.state.phase.name), its notification \(job.state.delivery.name)"
    }
    if core.configuration.clock == .manual { error += "; the clock is held: POST clock/advance moves it" }
    return .failure(409, error)
  }

  private static func read(_ reader: FixtureReader, _ fields: FixtureFields) -> Wanted {
    var wanted = Wanted()
    wanted.ids = fields["ids"].map { list in
      reader.items(of: list, allowed: "a list of ids").compactMap { reader.persistentID($0) }
    }
    wanted.bucket = fields["bucket"].flatMap { reader.text($0, allowed: "a bucket's name") }
    if let bucket = fields["bucket"], wanted.ids != nil {
      reader.report(bucket, "ids and bucket exclude each other", allowed: "one of them, or none")
    }
    if let until = fields["until"] { wanted.goal = reader.choice(until, "a goal") ?? wanted.goal }
    if let within = fields["within"], let span = reader.duration(within) {
      if span > maximumSpan {
        reader.report(within, "is too long", allowed: "at most \(DurationText.text(maximumSpan))")
      }
      wanted.span = span
    }
    return wanted
  }

  /// The jobs that are here, those included that have come to the goal already: whether a wait names a job does not
  /// hang on who was faster.
  private static func all(of bucket: String?, _ core: MockCore) -> [Int64] {
    let end = core.withService { $0.issuedIDs.upperBound }
    var ids: [Int64] = []
    var position: UInt64 = 1
    while let start = core.withService({ $0.firstJobID(from: position) }), start < end {
      let range = start..<min(start + 512, end)
      position = range.upperBound
      ids += core.withService { service in
        let ids = service.jobIDs(in: range)
        guard let bucket else { return ids }
        return ids.filter { service.isJob($0, in: bucket) }
      }
    }
    return ids
  }

  private struct Items: ListItems {
    let core: MockCore
    var ids: ArraySlice<Int64>

    mutating func next() -> [Job]? {
      guard !ids.isEmpty else { return nil }
      return core.withService { service in
        var found: [Job] = []
        var octets = 0
        while octets < PieceLimit.octets, let id = ids.popFirst() {
          guard case .found(let job) = service.lookUp(id) else { continue }
          found.append(job)
          octets += job.textSize
        }
        return found
      }
    }

    func parts(of job: Job) -> [JSONPart] { [.text(JSONWriter.json { $0.value(job) })] }
  }
}

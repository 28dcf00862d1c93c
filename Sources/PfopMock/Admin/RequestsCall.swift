import ByteText
import PfopEngine

/// `GET requests?bucket&key&status&since&limit`: the requests in the journal, oldest first, a few words each; and `DELETE
/// requests?bucket`, which makes them forgotten.
enum RequestsCall {
  static let description = CallDescription(
    [
      .init("bucket", "Which name that bucket"), .init("key", "Which name that key"),
      .init("status", "Answered so; 0 for no answer", .integer(0...999)),
      .init("since", "From that number on", .integer(0...Int64.max)),
      .init("limit", "At most so many; 100 without a word on it", .integer(1...JobsCall.maximumLimit)),
    ],
    answers: [
      .json(
        "Oldest first, a few words each; next is the since to go on with, dropped how many have left",
        .object([
          .needed("requests", .list(.object(SchemaParts.requestLine))), .needed("next", .integer(0...Int64.max)),
          .needed("dropped", .integer(0...Int64.max)),
        ]))
    ])
  static let removalDescription = CallDescription(
    [.init("bucket", "Only those which name that bucket")],
    answers: [.json("So many are forgotten", .object([.needed("deleted", .integer(0...Int64.max))]))])

  static let removalQuery: [StaticString] = ["bucket"]
  static let query: [StaticString] = ["bucket", "key", "status", "since", "limit"]

  static func list(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    let query = request.query
    let since = try query.number("since", in: 0...Int64.max) ?? 0
    let limit = Int(try query.number("limit", in: 1...JobsCall.maximumLimit) ?? Int64(JobsCall.defaultLimit))
    let status = try query.number("status", in: 0...999)
    let (bucket, key) = (query["bucket"].map { Array($0.utf8) }, query["key"].map { Array($0.utf8) })
    let items = Items(
      core: request.core, status: status, bucket: bucket, key: key, position: UInt64(since),
      end: request.core.withJournal { $0.next }, limit: limit)
    return request.answer(with: ListContent(items, named: "requests"))
  }

  private struct Items: ListItems {
    let core: MockCore
    let status: Int64?
    let bucket: [UInt8]?
    let key: [UInt8]?
    /// The number of the first entry that has not been looked at.
    var position: UInt64
    /// What comes later has no place in the list.
    let end: UInt64
    /// How many more to tell.
    var limit: Int

    /// Entries that are taken out in one go: each may have dozens of kilobytes, of which the list tells few.
    private static let batch = 32

    mutating func next() -> [JournalEntry]? {
      guard position < end, limit > 0 else { return nil }
      let copies = core.copies(from: &position, limit: min(limit, Self.batch)) { [status, bucket, key] view in
        (status.map { $0 == Int64(view.facts.status) } ?? true) && view[.bucket].isEqual(to: bucket)
          && view[.key].isEqual(to: key)
      }
      limit -= copies.count
      return copies.map { JournalEntry($0, isBrief: true) }
    }

    func parts(of entry: JournalEntry) -> [JSONPart] { [.text(JSONWriter.json { $0.line(entry) })] }

    func writeEnd(to writer: inout JSONWriter) {
      writer.member("next", position)
      writer.member("dropped", core.withJournal { $0.droppedCount })
    }
  }

  static func delete(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    let bucket = request.query["bucket"]
    if bucket?.isEmpty == true { throw .query(field: "bucket", "bucket is empty; allowed: a bucket's name") }
    let count = request.core.withJournal { $0.clear(ofBucket: bucket) }
    // Whoever counts has to count anew.
    request.core.backstage.knock()
    return .object { $0.member("deleted", count) }
  }
}

extension ByteView {
  /// True as well if nothing is asked for.
  fileprivate func isEqual(to wanted: [UInt8]?) -> Bool {
    wanted.map { $0.withUnsafeBytes { equals($0) } } ?? true
  }
}

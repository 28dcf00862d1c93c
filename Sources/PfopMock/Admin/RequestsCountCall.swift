import PfopEngine

/// `POST requests/count {"when": {…}, "since": 0}`: how many requests in the journal meet the criteria.
enum RequestsCountCall {
  static let description = CallDescription(
    body: .object([.maybe("when", .dictionary(.anything)), .maybe("since", .integer(0...Int64.max))]),
    answers: [
      .json(
        "How many there are, and how many have left the journal",
        .object([.needed("count", .integer(0...Int64.max)), .needed("dropped", .integer(0...Int64.max))]))
    ])

  static func answer(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    let (criteria, since) = try request.readBody(["when", "since"]) { reader, fields in
      let since = fields["since"].flatMap {
        reader.number($0, in: 0...Int.max, "the number of an entry", allowed: "0 and more")
      }
      return (fields["when"].map { RequestCriteria($0, reader) } ?? RequestCriteria(), UInt64(since ?? 0))
    }
    var tally = CriteriaTally(criteria, since: since)
    tally.advance(request.core)
    let dropped = request.core.withJournal { $0.droppedCount }
    return .object { writer in
      writer.member("count", tally.count)
      writer.member("dropped", dropped)
    }
  }
}

import HTTPCore
import HTTPServer
import PfopEngine

/// `POST requests/verify {"when": {…}, "atLeast": 2, "within": "5s"}`: whether as many requests have come as are expected,
/// one or more if nothing is said; with `within` as soon as that is so.
enum RequestsVerifyCall {
  static let description = CallDescription(
    body: .object([
      .maybe("when", .dictionary(.anything)), .maybe("exactly", number), .maybe("atLeast", number),
      .maybe("atMost", number), .maybe("within", .text), .maybe("since", .integer(0...Int64.max)),
    ]),
    answers: [
      .json("As many as expected", .object(found)),
      CallDescription.Answer(
        status: 409, text: "Not as many as expected, with those that come nearest",
        content: .json(
          .object(
            [.needed("code", .integer(409...409)), .needed("error", .text)] + found + [
              .needed("nearMisses", .list(nearMiss))
            ]))),
    ])

  private static let number = JSONSchema.integer(0...Int64(maximumCount))
  private static let found: [JSONSchema.Member] = [
    .needed("count", .integer(0...Int64.max)), .needed("reqids", .list(.text)),
  ]
  private static let nearMiss = JSONSchema.object([
    .needed("number", .integer(0...Int64.max)), .needed("reqid", .text), .needed("method", .text),
    .needed("target", .text), .needed("status", .integer(0...999)), .needed("differs", .list(.part("Mismatch"))),
  ])

  private static let fields = ["when", "exactly", "atLeast", "atMost", "within", "since"]
  private static let maximumSpan: Int64 = 600_000_000_000
  private static let maximumCount = 1_000_000_000

  private struct Wanted {
    var criteria = RequestCriteria()
    var expected = 1...Int.max
    var since: UInt64 = 0
    var span: Int64 = 0
  }

  static func answer(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    let wanted = try request.readBody(fields, read)
    let (core, reply) = (request.core, request.lateAnswer)
    // What there is already is counted here: a journal may be long, and the loop backstage has others to serve.
    var tally = CriteriaTally(wanted.criteria, since: wanted.since)
    tally.advance(core)
    let waiter = RequestWaiter(
      expected: wanted.expected, deadline: (SystemClock.monotonic + wanted.span) / 1_000_000,
      tally: tally, reply: reply
    ) { isFulfilled, waiter in
      reply.send(isFulfilled ? fulfilled(waiter) : missed(waiter, core))
    }
    request.core.backstage.post(.awaitRequests(waiter))
    return .later
  }

  private static func fulfilled(_ waiter: RequestWaiter) -> Answer {
    .json(JSONWriter.object { $0.count(waiter.tally) })
  }

  /// How many have come, and how many were expected.
  static func complaint(_ waiter: RequestWaiter, _ core: MockCore) -> String {
    let count = waiter.tally.count
    let dropped = core.withJournal { $0.droppedCount }
    var error = "\(count) \(count == 1 ? "request meets" : "requests meet") the criteria, expected: "
    error += told(waiter.expected)
    if dropped > 0 { error += "; \(dropped) older ones have left the journal (--journal-size)" }
    return error
  }

  private static func missed(_ waiter: RequestWaiter, _ core: MockCore) -> Answer {
    let body = JSONWriter.object { writer in
      writer.member("code", 409)
      writer.member("error", complaint(waiter, core))
      writer.count(waiter.tally)
      writer.name("nearMisses")
      writer.array { writer in
        for miss in waiter.tally.nearMisses(core) { writer.value(miss) }
      }
    }
    return Answer(status: StatusCode(409), body: .json(body))
  }

  private static func told(_ range: ClosedRange<Int>) -> String {
    if range.upperBound == .max { return "at least \(range.lowerBound)" }
    if range.lowerBound == range.upperBound { return "exactly \(range.lowerBound)" }
    return range.lowerBound == 0 ? "at most \(range.upperBound)" : "\(range.lowerBound) to \(range.upperBound)"
  }

  private static func read(_ reader: FixtureReader, _ fields: FixtureFields) -> Wanted {
    var wanted = Wanted()
    if let when = fields["when"] { wanted.criteria = RequestCriteria(when, reader) }
    func count(_ name: String) -> Int? {
      fields[name].flatMap {
        reader.number($0, in: 0...maximumCount, "a number of requests", allowed: "0 to \(maximumCount)")
      }
    }
    let (exactly, least, most) = (count("exactly"), count("atLeast"), count("atMost"))
    if let exactly {
      wanted.expected = exactly...exactly
      for name in ["atLeast", "atMost"] {
        if let other = fields[name] { reader.report(other, "\(name) beside exactly", allowed: "one of both") }
      }
    } else if let most {
      if let atMost = fields["atMost"], most < least ?? 0 {
        reader.report(atMost, "atMost is less than atLeast", allowed: "at least \(least ?? 0)")
      }
      wanted.expected = min(least ?? 0, most)...most
    } else if let least {
      wanted.expected = least...Int.max
    }
    if let since = fields["since"] {
      wanted.since = UInt64(
        reader.number(since, in: 0...Int.max, "the number of an entry", allowed: "0 and more") ?? 0)
    }
    if let within = fields["within"], let span = reader.duration(within) {
      if span > maximumSpan {
        reader.report(within, "is too long", allowed: "at most \(DurationText.text(maximumSpan))")
      }
      wanted.span = span
    }
    return wanted
  }
}

extension JSONWriter {
  fileprivate mutating func count(_ tally: CriteriaTally) {
    member("count", tally.count)
    name("reqids")
    array { writer in
      for reqid in tally.reqids { writer.value(reqid) }
    }
  }

  fileprivate mutating func value(_ miss: CriteriaTally.NearMiss) {
    object { writer in
      writer.member("number", miss.entry.number)
      writer.member("reqid", miss.entry.reqid)
      writer.member("method", miss.entry.method)
      writer.member("target", miss.entry.target)
      writer.member("status", miss.entry.status)
      writer.name("differs")
      writer.array { writer in
        for mismatch in miss.mismatches { writer.value(mismatch) }
      }
    }
  }
}

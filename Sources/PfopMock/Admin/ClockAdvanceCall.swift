import HTTPCore
import PfopEngine

/// `POST clock/advance {"by": "10s"}`: moves a held clock. Everything that comes due happens in order, and the call is
/// answered once the deliveries among it have been attempted.
enum ClockAdvanceCall {
  static let description = CallDescription(
    body: .object([.needed("by", .text)]),
    answers: [
      .json(
        "How far the clock went, and what happened on its way",
        .object([
          .needed("from", .text), .needed("now", .text), .needed("events", .integer(0...Int64.max)),
          .needed("deliveries", .integer(0...Int64.max)),
        ])),
      .error(409, "The clock runs by itself, or cannot go so far"), .error(503, "The server is stopping"),
    ])

  static func answer(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    let span = try request.readBody(["by"]) { reader, fields -> Int64 in
      guard let by = fields["by"] else {
        if fields.isSound { reader.reportMissing("by", allowed: DurationText.allowed()) }
        return 0
      }
      return reader.duration(by) ?? 0
    }
    guard request.core.configuration.clock == .manual else {
      throw .refused(
        status: 409, "the clock runs by itself; --clock manual starts a server whose clock is moved by this call")
    }
    let reply = request.lateAnswer
    request.core.backstage.post(
      .moveClock(by: span, for: reply) { outcome in
        switch outcome {
        case .moved(let advance, let deliveries): reply.send(moved(advance, deliveries: deliveries))
        case .outOfTime(let now): reply.send(.failure(409, outOfTime(now, span)))
        case .stopping: reply.send(.failure(503, "the server is stopping"))
        }
      })
    return .later
  }

  /// Why a clock that stands at `now` has not moved.
  static func outOfTime(_ now: Timestamp, _ span: Int64) -> String {
    "the clock has not moved: from \(now.rfc3339) it cannot go \(DurationText.text(span)) further; the latest time there is: "
      + Timestamp.end.rfc3339
  }

  private static func moved(_ advance: ClockAdvance, deliveries: Int) -> Answer {
    .json(
      JSONWriter.object { writer in
        writer.member("from", advance.from.rfc3339)
        writer.member("now", advance.target.rfc3339)
        writer.member("events", advance.eventCount)
        writer.member("deliveries", deliveries)
      })
  }
}

import HTTPServer

/// `GET events?since`: what happens, as it happens, until the client leaves or the server stops. Events have numbers;
/// whoever comes back with the last one (`Last-Event-ID`, as browsers do, or `since`) is told what he has missed.
enum EventsCall {
  static let description = CallDescription(
    [.init("since", "Go on behind that event; Last-Event-ID goes before it", .integer(0...Int64.max - 1))],
    answers: [
      .other("Events, until the client leaves or the server stops", "text/event-stream"),
      .error(503, "Too many listen"),
    ])

  static let query: [StaticString] = ["since"]

  static func answer(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    let since = try request.query.number("since", in: 0...Int64.max - 1)
    // A browser that comes back sends it to the same address, whose `since` is older.
    let last = try request.field("last-event-id").map { text throws(AdminError) in
      guard let number = UInt64(text), number < UInt64(Int64.max) else {
        throw .refused(
          status: 400, "\(text.quoted(limit: 64)) is no Last-Event-ID of this server; allowed: a whole number"
        )
      }
      return number
    }
    if request.isHead { return .now(.text([], type: "text/event-stream")) }
    let (position, greeting) = EventText.greeting(goingOnBehind: last ?? since.map(UInt64.init), request.core)
    guard
      request.core.events.join(
        request.lateAnswer.streamed(isEndless: true), from: position, greeting: greeting, request.core)
    else {
      throw .refused(
        status: 503, "nobody else can listen now; allowed: \(EventHub.maximumCount) at a time, while the server runs")
    }
    return .later
  }
}

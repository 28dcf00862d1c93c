import ByteText
import Guarded
import HTTPCore
import TestSupport
import Testing

@testable import HTTPServer

/// What the handler is told of answers that do not leave whole at once.
struct DepartureTests {
  private static func get(_ target: String) -> String { "GET \(target) HTTP/1.1\r\nHost: x\r\n\r\n" }

  /// `/whole`, `/big`, `/later`, or `/steps`, which leaves as told.
  private final class Handler: RequestHandler {
    let told: Arrivals<String>
    let tickets: Arrivals<AnswerTicket>
    let steps: [WireStep]
    /// The number of the first request, which tests call 1.
    private var first: UInt64?

    init(_ told: Arrivals<String>, _ tickets: Arrivals<AnswerTicket>, steps: [WireStep]) {
      self.told = told
      self.tickets = tickets
      self.steps = steps
    }

    func answer(_ request: IncomingRequest, to output: inout ByteBuffer) -> WirePlan {
      let target = request.head.target.asSent.view(in: request.message)
      first = first ?? request.ticket.request
      // The message ends where the request does.
      if !request.message.reversed().starts(with: "\n\r\n\r".utf8) { told.append("torn") }
      let arrival = request.arrival
      if arrival.firstOctet < arrival.connection || arrival.firstOctet > request.moment.monotonic {
        told.append("time")
      }
      if target.equals("/later") {
        tickets.append(request.ticket)
        return .later
      }
      let text = target.equals("/big") ? String(repeating: "x", count: 8 << 20) : "0123456789"
      output.append(text: text)
      return target.equals("/steps") ? .steps(steps) : .whole(closes: false)
    }

    func refuse(_ refusal: Refusal, of request: borrowing IncompleteRequest, to output: inout ByteBuffer) {
      output.append("refused")
    }

    func answerDelayed(_ request: UInt64) { told.append("\(request - (first ?? 0) + 1) delayed") }

    func answerEnded(_ request: UInt64, _ departure: Departure) {
      told.append("\(request - (first ?? 0) + 1) sent \(departure.sent) steps \(departure.steps) \(departure.end)")
    }
  }

  private let told = Arrivals<String>()
  private let tickets = Arrivals<AnswerTicket>()

  private func server(_ steps: [WireStep] = [], _ limits: ServerLimits = ServerLimits()) throws -> HTTPServer {
    let address = try SocketAddress(host: "127.0.0.1", port: 0)
    return try HTTPServer(address: address, loops: 1, limits: limits) { [told, tickets] _, _ in
      Handler(told, tickets, steps: steps)
    }
  }

  @Test func ofUsualAnswersNothingIsTold() throws {
    let server = try server([.send(0..<10)])
    let client = try RawClient(port: server.address.port)
    try client.send(Self.get("/whole") + Self.get("/whole") + "no request\r\n\r\n")
    #expect(try String(decoding: client.readToEnd(), as: UTF8.self) == "01234567890123456789refused")
    server.stop(graceMilliseconds: 0)
    #expect(told.count == 0)
  }

  @Test(arguments: [
    ([WireStep.send(0..<4), .send(6..<10)], "sent 8 steps 2 complete"), ([], "sent 0 steps 0 complete"),
    ([.send(0..<4), .halfClose, .send(4..<10)], "sent 4 steps 2 closed"), ([.reset], "sent 0 steps 1 reset"),
  ])
  func stepsAreToldWhenTheyEnd(steps: [WireStep], end: String) throws {
    let server = try server(steps)
    let client = try RawClient(port: server.address.port)
    try client.send(Self.get("/whole") + Self.get("/steps"))
    // The one before it leaves with it.
    #expect(try told.next() == "1 delayed")
    #expect(try told.next() == "1 sent 10 steps 0 complete")
    #expect(try told.next() == "2 \(end)")
    client.leave()
    server.stop(graceMilliseconds: 0)
    #expect(told.count == 0)
  }

  @Test func whoLeavesAHangingAnswerIsTold() throws {
    let server = try server([.send(0..<4), .hang])
    let client = try RawClient(port: server.address.port)
    try client.send(Self.get("/steps"))
    _ = try client.read(4)
    client.leave()
    #expect(try told.next() == "1 sent 4 steps 2 clientGone")
    server.stop(graceMilliseconds: 0)
  }

  /// A client that has finished sending counts as gone while a step waits: whether it still reads shows only when something
  /// is sent to it.
  @Test(
    arguments: [
      ([WireStep.wait(milliseconds: 3_600_000), .send(0..<10)], "sent 0 steps 1"),
      ([.send(0..<4), .wait(milliseconds: 3_600_000), .send(4..<10)], "sent 4 steps 2"),
      ([.send(0..<4), .hang], "sent 4 steps 2"),
    ], [false, true])
  func aClientThatFinishesSendingIsGoneWhileAStepWaits(_ plan: ([WireStep], end: String), byClose: Bool) throws {
    let server = try server(plan.0)
    let client = try RawClient(port: server.address.port)
    try client.send(Self.get("/steps"))
    // Has been decided, and the step that waits has begun.
    if case .send(let range) = plan.0[0] { _ = try client.read(range.count) }
    byClose ? client.leave() : client.finishSending()
    #expect(try told.next() == "1 \(plan.end) clientGone")
    server.stop(graceMilliseconds: 0)
  }

  @Test func anAnswerThatComesLaterIsTold() throws {
    let server = try server()
    let client = try RawClient(port: server.address.port)
    try client.send(Self.get("/later"))
    server.answer(try tickets.next(), with: Array("late".utf8), closes: false)
    #expect(try told.next() == "1 sent 4 steps 0 complete")
    #expect(try client.read(4) == Array("late".utf8))
    try client.send(Self.get("/later"))
    _ = try tickets.next()
    client.abort()
    #expect(try told.next() == "2 sent 0 steps 0 clientGone")
    server.stop(graceMilliseconds: 0)
  }

  @Test func anAnswerThatIsNotReadIsDelayed() throws {
    let server = try server()
    let client = try RawClient(port: server.address.port)
    try client.send(Self.get("/big"))
    #expect(try told.next() == "1 delayed")
    _ = try client.read(8 << 20)
    #expect(try told.next() == "1 sent \(8 << 20) steps 0 complete")
    try client.send(Self.get("/big"))
    #expect(try told.next() == "2 delayed")
    server.stop(graceMilliseconds: 0)
    let end = try told.next()
    #expect(end.hasPrefix("2 sent ") && end.hasSuffix(" stopped"))
  }

  @Test func whoTakesNothingForTooLongIsTold() throws {
    var limits = ServerLimits()
    limits.sendDeadline = 20
    let server = try server([], limits)
    let client = try RawClient(port: server.address.port)
    try client.send(Self.get("/big"))
    #expect(try told.next() == "1 delayed")
    #expect(try told.next().hasSuffix(" timedOut"))
    withExtendedLifetime(client) {}
    server.stop(graceMilliseconds: 0)
  }
}

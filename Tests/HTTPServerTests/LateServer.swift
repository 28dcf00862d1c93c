import ByteText
import HTTPCore
import TestSupport

@testable import HTTPServer

/// A server that answers `/later…` once the test does, and everything else at once with its target.
final class LateServer: Sendable {
  let server: HTTPServer
  let tickets = Arrivals<AnswerTicket>()
  let desk: AnswerDesk
  private let transport: Transport

  /// - Parameters:
  ///   - transport: how `connect` speaks to it.
  ///   - turnEnded: what the handler does then.
  init(
    loops: Int = 1, limits: ServerLimits = ServerLimits(), over transport: Transport = .plain,
    turnEnded: @escaping @Sendable () -> Void = {}
  ) throws {
    self.transport = transport
    let address = try SocketAddress(host: "127.0.0.1", port: 0)
    desk = try AnswerDesk(loops: loops)
    server = try HTTPServer(address: address, tls: try transport.listening, desk: desk, limits: limits) {
      [tickets] _, _ in
      LateHandler(tickets: tickets, turnEnded: turnEnded)
    }
  }

  deinit { server.stop(graceMilliseconds: 0) }

  func connect() throws -> RawClient { try RawClient(port: server.port(for: transport), over: transport) }

  /// Once it returns, the loop has seen what was handed in before; there is one loop.
  func roundTrip() throws {
    let client = try connect()
    try client.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n")
    _ = try client.readResponse()
  }

  func answer(_ ticket: AnswerTicket, _ text: String, closes: Bool = false) {
    server.answer(ticket, with: LateHandler.bytes(of: text, closes: closes), closes: closes)
  }
}

final class LateHandler: RequestHandler {
  private let tickets: Arrivals<AnswerTicket>
  private let end: () -> Void

  init(tickets: Arrivals<AnswerTicket>, turnEnded: @escaping () -> Void) {
    self.tickets = tickets
    end = turnEnded
  }

  /// A few of these are more than what the sockets' buffers take.
  static let bigContent = String(repeating: "x", count: 100_000)

  static func bytes(of text: String, closes: Bool) -> [UInt8] {
    let fields = "Content-Length: \(text.utf8.count)\r\n" + (closes ? "Connection: close\r\n" : "")
    return Array("HTTP/1.1 200 OK\r\n\(fields)\r\n\(text)".utf8)
  }

  func answer(_ request: IncomingRequest, to output: inout ByteBuffer) -> WirePlan {
    let target = request.head.target.asSent.view(in: request.message)
    if target.starts(with: "/later") {
      tickets.append(request.ticket)
      return .later
    }
    let text = target.starts(with: "/big") ? LateHandler.bigContent : String(decoding: target, as: UTF8.self)
    output.append(text: String(decoding: LateHandler.bytes(of: text, closes: request.closes), as: UTF8.self))
    return .whole(closes: request.closes)
  }

  func refuse(_ refusal: Refusal, of request: borrowing IncompleteRequest, to output: inout ByteBuffer) {
    ResponseHead(status: StatusCode(503), closes: true)
      .write(to: &output, date: request.moment.date, contentLength: 0) { _ in }
  }

  func turnEnded() { end() }
}

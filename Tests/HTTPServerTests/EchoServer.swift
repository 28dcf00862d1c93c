import ByteText
import HTTPCore
import TestSupport

@testable import HTTPServer

/// A server whose answers repeat the request: `method target|content`.
final class EchoServer: Sendable {
  let server: HTTPServer
  private let transport: Transport

  /// - Parameter transport: how `connect` speaks to it.
  init(
    loops: Int = 1, limits: ServerLimits = ServerLimits(), plan: WirePlan = .whole(closes: false),
    over transport: Transport = .plain
  ) throws {
    self.transport = transport
    let address = try SocketAddress(host: "127.0.0.1", port: 0)
    server = try HTTPServer(address: address, tls: try transport.listening, loops: loops, limits: limits) { _, _ in
      EchoHandler(plan: plan)
    }
  }

  func connect() throws -> RawClient { try RawClient(port: server.port(for: transport), over: transport) }

  deinit { server.stop(graceMilliseconds: 0) }
}

final class EchoHandler: RequestHandler {
  private let plan: WirePlan

  init(plan: WirePlan) { self.plan = plan }

  func answer(_ request: IncomingRequest, to output: inout ByteBuffer) -> WirePlan {
    var body = ByteBuffer()
    body.append(request.head.methodName.view(in: request.message))
    body.append(" ")
    body.append(request.head.target.asSent.view(in: request.message))
    body.append("|")
    body.append(request.content)
    let head = ResponseHead(status: StatusCode(200), closes: request.closes)
    head.write(to: &output, date: request.moment.date, contentLength: body.count) { _ in }
    if request.head.method != .head { output.append(body.view) }
    return request.head.target.path.view(in: request.message).starts(with: "/plain") ? .whole(closes: false) : plan
  }

  func refuse(_ refusal: Refusal, of request: borrowing IncompleteRequest, to output: inout ByteBuffer) {
    let status: StatusCode =
      switch refusal {
      case .malformed(let error): error.status
      case .tooSlow: StatusCode(408)
      case .tooManyConnections: StatusCode(503)
      case .notTLS: StatusCode(400)
      }
    ResponseHead(status: status, closes: true).write(to: &output, date: request.moment.date, contentLength: 0) { _ in }
  }
}

import ByteText
import Guarded
import HTTPCore
import HTTPServer

/// A receiver of notifications: answers what its script says, one status a request and the last one for good, and keeps
/// what came.
final class Receiver: Sendable {
  struct Request: Sendable {
    var target: String
    var body: String
    /// Differs from connection to connection, as far as the receiver can tell.
    var ticket: AnswerTicket
  }

  /// Stands for a status: the answer never comes.
  static let silence = 0

  private let received = Guarded<[Request]>([])
  private let server: HTTPServer

  private let tls: TLSListening?

  /// - Parameter identity: speaks TLS, and shows this certificate; nil for plain HTTP.
  init(_ script: [Int] = [200], identity: TLSIdentity? = nil) throws {
    let rest = Guarded(script)
    let received = received
    let address = try SocketAddress(host: "127.0.0.1", port: 0)
    tls = try identity.map { TLSListening(address: address, context: try TLSServerContext($0)) }
    server = try HTTPServer(address: address, tls: tls, loops: 1, limits: ServerLimits()) { _, _ in
      Handler { request in
        received.withLock { $0.append(request) }
        return rest.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
      }
    }
  }

  /// From now on nobody is there.
  func stop() { server.stop(graceMilliseconds: 0) }

  deinit { stop() }

  var port: UInt16 { (server.addresses.tls ?? server.addresses.plain).port }
  var url: String { "\(tls == nil ? "http" : "https")://127.0.0.1:\(port)/done" }
  var requests: [Request] { received.withLock { $0 } }

  private final class Handler: RequestHandler {
    private let note: (Request) -> Int

    init(_ note: @escaping (Request) -> Int) { self.note = note }

    func answer(_ request: IncomingRequest, to output: inout ByteBuffer) -> WirePlan {
      let request = copy request
      let target = request.head.target.asSent.view(in: request.message)
      let status = note(
        Request(
          target: String(decoding: target, as: UTF8.self), body: String(decoding: request.content, as: UTF8.self),
          ticket: request.ticket))
      if status == Receiver.silence { return .steps([.hang]) }
      let head = ResponseHead(status: StatusCode(status), closes: request.closes)
      head.write(to: &output, date: request.moment.date, contentLength: 4) { output in
        output.append("Location: /elsewhere\r\n")
      }
      if !head.status.forbidsContent { output.append("seen") }
      return .whole(closes: request.closes)
    }

    func refuse(_ refusal: Refusal, of request: borrowing IncompleteRequest, to output: inout ByteBuffer) {
      output.append("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    }
  }
}

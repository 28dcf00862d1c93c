import ByteText
import HTTPCore
import HTTPServer

/// Answers the requests of one event loop: route, examine, settle, write.
final class MockHandler: RequestHandler {
  private let core: MockCore
  private let router: Router
  private let admin: AdminEndpoint
  private var reqids: RequestID
  private var writer: AnswerWriter
  /// One of the requests of this turn has something for the loop backstage.
  private var hasNews = false

  /// - Parameters:
  ///   - loop: the loop's number, different for each handler of a server.
  ///   - address: where the server listens.
  ///   - adminRoutes: the admin calls there are.
  init(core: MockCore, loop: Int, address: SocketAddress, adminRoutes: [AdminRoute] = AdminRoutes.all) throws {
    self.core = core
    let publicURL = try core.configuration.readPublicURL()
    let authenticator = try Authenticator(core: core, port: publicURL?.port ?? address.port)
    let names = ServedNames(
      listener: address.host, port: address.port, configuredHost: core.configuration.host, publicURL: publicURL)
    router = Router(
      authenticator: authenticator, host: publicURL?.authority ?? address.reachableAuthority,
      names: core.configuration.strictHost ? names : nil)
    admin = try AdminEndpoint(core: core, listener: address, routes: adminRoutes)
    reqids = RequestID(loop: loop)
    writer = AnswerWriter(sendsDiagnosis: core.configuration.sendsDiagnosis)
  }

  func answer(_ request: borrowing IncomingRequest, to output: inout ByteBuffer) -> WirePlan {
    let request = copy request
    return reqids.withNext { reqid in
      guard let answer = answer(request, reqid: reqid) else { return .later }
      let frame = AnswerWriter.Frame(
        closes: request.closes, confirmsKeepAlive: request.head.minorVersion == 0,
        isHead: request.head.method == .head, date: request.moment.date, reqid: reqid)
      writer.write(answer, frame, to: &output)
      return .whole(closes: request.closes)
    }
  }

  /// - Returns: nil if the answer comes later.
  private func answer(_ request: IncomingRequest, reqid: ByteView) -> Answer? {
    var exchange = Exchange(request: request, reqid: reqid)
    if request.head.framing == .chunkedDespiteZeroLength {
      exchange.remark(on: "Transfer-Encoding with Content-Length: 0 was read as chunked, as the C SDK means it")
    }
    switch router.route(request.head, in: request.message) {
    case .admin:
      switch admin.reply(to: request, reqid: reqid) {
      case .now(let answer): return answer
      case .later: return nil
      }
    case .endpoint(let endpoint):
      if let resolution = endpoint.examine(&exchange) {
        return core.settle(&exchange) { _, _ in resolution }.answer
      }
      let resolution = core.settle(&exchange) { exchange, service in endpoint.decide(&exchange, in: &service) }
      if exchange.hasNews { hasNews = true }
      return resolution.answer
    case .answered(let answer, let check):
      return core.settle(&exchange) { _, _ in Resolution(answer, by: check) }.answer
    }
  }

  /// Only now: nobody is notified of a job before its answer has left.
  func turnEnded() {
    guard hasNews else { return }
    hasNews = false
    core.backstage.knock()
  }

  func refuse(_ refusal: Refusal, of request: borrowing IncompleteRequest, to output: inout ByteBuffer) {
    let request = copy request
    let answer: Answer
    let check: StaticString
    switch refusal {
    case .malformed(let error):
      let hint = core.configuration.limits.hint(for: error.reason)
      answer = .failure(error.status.code, "malformed request", diagnosis: error.explanation + hint)
      check = "framing"
    case .tooSlow:
      answer = .failure(
        408, "request timeout", diagnosis: "the request was not complete in time; \(request.received.count) octets came"
      )
      check = "deadline"
    case .tooManyConnections:
      let limit = core.configuration.limits.connections
      answer = .failure(503, "too many connections", diagnosis: "allowed at a time: \(limit) (--max-connections)")
      check = "connections"
    }
    reqids.withNext { reqid in
      core.note(answer, by: check, of: request, reqid: reqid)
      let frame = AnswerWriter.Frame(
        closes: true, isHead: request.isHead, date: request.moment.date, reqid: reqid)
      writer.write(answer, frame, to: &output)
    }
  }
}

import ByteText
import HTTPCore
import HTTPServer

/// Answers the requests of one event loop: route, examine, settle, write.
final class MockHandler: RequestHandler {
  let core: MockCore
  private let router: Router
  let authenticator: Authenticator
  private let admin: AdminEndpoint
  private let addresses: ServerAddresses
  private var reqids: RequestID
  private var adminReqids: RequestID
  var writer: AnswerWriter
  private var dateText = ByteBuffer(capacity: IMFFixdate.length)
  /// One of the requests of this turn has something for the loop backstage.
  private var hasNews = false

  /// - Parameters:
  ///   - loop: the loop's number, different for each handler of a server.
  ///   - addresses: where the server listens.
  ///   - adminRoutes: the admin calls there are.
  init(core: MockCore, loop: Int, addresses: ServerAddresses, adminRoutes: [AdminRoute] = AdminRoutes.all) throws {
    self.core = core
    self.addresses = addresses
    let publicURL = try core.configuration.readPublicURL()
    authenticator = try Authenticator(core: core, port: publicURL?.port ?? addresses.plain.port)
    router = Router(authenticator: authenticator, core.configuration, addresses, publicURL)
    admin = try AdminEndpoint(core: core, addresses: addresses, routes: adminRoutes)
    reqids = RequestID(loop: loop, seed: core.configuration.seed)
    adminReqids = RequestID(loop: loop, seed: core.configuration.seed, isAdmin: true)
    writer = AnswerWriter(sendsDiagnosis: core.configuration.sendsDiagnosis)
  }

  func answer(_ request: borrowing IncomingRequest, to output: inout ByteBuffer) -> WirePlan {
    let request = copy request
    let route = request.isAtSide ? .admin : router.route(request.head, in: request.message)
    // Before the request is decided: a clock that is moved meanwhile is none of its business.
    let date = date(request.moment)
    return withReqid(for: route) { reqid in
      guard let resolution = answer(request, route, reqid: reqid) else { return .later }
      let frame = AnswerWriter.Frame(
        closes: request.closes, confirmsKeepAlive: request.head.minorVersion == 0,
        isHead: request.head.method == .head, date: date, reqid: reqid)
      guard let script = resolution.script else {
        writer.write(resolution.answer, frame, to: &output)
        return .whole(closes: request.closes)
      }
      return perform(script, resolution.answer, frame, request, to: &output)
    }
  }

  /// Calls of this server's own API have ids of their own, so that looking at a run does not change it.
  private func withReqid<Result>(for route: Router.Result, _ body: (ByteView) -> Result) -> Result {
    switch route {
    case .admin: adminReqids.withNext(body)
    case .endpoint, .answered: reqids.withNext(body)
    }
  }

  /// The value of a Date field, valid until the next call.
  private func date(_ moment: LoopMoment) -> ByteView {
    guard core.configuration.seed != nil else { return moment.date }
    dateText.removeAll()
    IMFFixdate.append(secondsSince1970: core.dateSeconds((moment.wall, moment.monotonic)), to: &dateText)
    return dateText.view
  }

  /// - Returns: nil if the answer comes later.
  private func answer(_ request: IncomingRequest, _ route: Router.Result, reqid: ByteView) -> Resolution? {
    var exchange = Exchange(request: request, reqid: reqid)
    if request.head.framing == .chunkedDespiteZeroLength {
      exchange.remark(on: "Transfer-Encoding with Content-Length: 0 was read as chunked, as the C SDK means it")
    }
    switch route {
    case .admin:
      switch admin.reply(to: request, reqid: reqid) {
      case .now(let answer): return Resolution(answer, by: "admin")
      case .later: return nil
      }
    case .endpoint(let endpoint):
      exchange.endpoint = endpoint.name
      // Before the lock is taken, whatever rules may say of the request afterwards: it changes nothing.
      let examined = endpoint.examine(&exchange)
      let resolution = core.settle(&exchange, isScreened: true) { exchange, service in
        examined ?? endpoint.decide(&exchange, in: &service)
      }
      if exchange.hasNews { hasNews = true }
      return resolution
    case .answered(let answer, let check):
      return core.settle(&exchange, isScreened: false) { _, _ in Resolution(answer, by: check) }
    }
  }

  /// Only now: nobody is notified of a job before its answer has left.
  func turnEnded() {
    guard hasNews else { return }
    hasNews = false
    core.backstage.knock()
  }

  func handshakeFailed(because reason: String) {
    let distrusts = ["alert unknown ca", "alert certificate unknown", "alert bad certificate"].contains {
      reason.contains($0)
    }
    let advice = "; the client does not trust the certificate: see --tls-ca-out and GET /__admin/ca.pem"
    core.log.say("TLS handshake failed: \(reason)\(distrusts && core.authorityPEM != nil ? advice : "")")
  }

  func refuse(_ refusal: Refusal, of request: borrowing IncompleteRequest, to output: inout ByteBuffer) {
    let request = copy request
    let answer: Answer
    let check: StaticString
    switch refusal {
    case .malformed(let error):
      var explanation = error.explanation + core.configuration.limits.hint(for: error.reason)
      if error.reason == .tlsHandshake, let url = addresses.tlsURL { explanation += "; TLS is spoken at \(url)" }
      answer = .failure(error.status.code, "malformed request", diagnosis: explanation)
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
    case .notTLS:
      let error = "this port speaks TLS: use \(addresses.tlsURL ?? "https://"), or \(addresses.url) for plain HTTP"
      answer = .failure(400, error, diagnosis: "what came to the port for https:// is no TLS")
      check = "tls"
    }
    reqids.withNext { reqid in
      core.note(answer, by: .check(check), of: request, reqid: reqid)
      let frame = AnswerWriter.Frame(
        closes: true, isHead: request.isHead, date: date(request.moment), reqid: reqid)
      writer.write(answer, frame, to: &output)
    }
  }
}

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
  private let reqids: Place<RequestID>
  private let adminReqids: Place<RequestID>
  let writer: Place<AnswerWriter>
  private var dateText = ByteBuffer(capacity: IMFFixdate.length)
  /// Which answers leave with this round of the loop, and which later.
  let round: Place<AnswerRound>
  /// One of the requests of this turn has something for the loop backstage.
  var hasNews = false
  /// An answer that had taken longer has left in this turn, or has come to nothing.
  var hasEnded = false

  /// - Parameters:
  ///   - loop: the loop's number, different for each handler of a server.
  ///   - addresses: where the server listens.
  ///   - adminRoutes: the admin calls there are.
  init(core: MockCore, loop: Int, addresses: ServerAddresses, adminRoutes: [AdminRoute] = AdminRoutes.all) throws {
    self.core = core
    self.addresses = addresses
    let publicURL = try core.configuration.readPublicURL()
    authenticator = Authenticator(core: core, port: publicURL?.port ?? addresses.plain.port)
    router = Router(authenticator: authenticator, core.configuration, addresses, publicURL)
    admin = try AdminEndpoint(core: core, addresses: addresses, routes: adminRoutes)
    reqids = Place(RequestID(loop: loop, seed: core.configuration.seed))
    adminReqids = Place(RequestID(loop: loop, seed: core.configuration.seed, isAdmin: true))
    round = Place(AnswerRound(loop: loop, mark: core.marks[loop]))
    writer = Place(AnswerWriter(sendsDiagnosis: core.configuration.sendsDiagnosis, secrets: core.secrets))
  }

  func answer(_ request: IncomingRequest, to output: inout ByteBuffer) -> WirePlan {
    let route = request.isAtSide ? .admin : router.route(request.head, in: request.message)
    // Before the request is decided: a clock that is moved meanwhile is none of its business.
    let date = date(request.moment)
    return withReqid(for: route) { reqid in
      let frame = AnswerWriter.Frame(
        closes: request.closes, confirmsKeepAlive: request.head.minorVersion == 0,
        isHead: request.head.method == .head, date: date, reqid: reqid)
      return answer(request, route, frame, to: &output)
    }
  }

  /// Calls of this server's own API have ids of their own, so that looking at a run does not change it.
  private func withReqid<Result>(for route: Router.Result, _ body: (ByteView) -> Result) -> Result {
    switch route {
    case .admin: adminReqids.value.withNext(body)
    case .endpoint, .answered: reqids.value.withNext(body)
    }
  }

  /// The value of a Date field, valid until the next call.
  private func date(_ moment: LoopMoment) -> ByteView {
    guard core.configuration.seed != nil else { return moment.date }
    dateText.removeAll()
    IMFFixdate.append(secondsSince1970: core.dateSeconds((moment.wall, moment.monotonic)), to: &dateText)
    return dateText.view
  }

  private func answer(
    _ request: IncomingRequest, _ route: Router.Result, _ frame: AnswerWriter.Frame, to output: inout ByteBuffer
  ) -> WirePlan {
    var exchange = Exchange(request: request, reqid: frame.reqid)
    if request.head.framing == .chunkedDespiteZeroLength {
      exchange.remark(on: "Transfer-Encoding with Content-Length: 0 was read as chunked, as the C SDK means it")
    }
    switch route {
    case .admin:
      switch admin.reply(to: request, reqid: frame.reqid) {
      case .now(let answer): writer.value.write(core.masked(answer), frame, to: &output)
      case .later: return .later
      }
      return .whole(closes: request.closes)
    case .endpoint(let endpoint):
      exchange.call = endpoint.kind
      // Before the lock is taken, whatever rules may say of the request afterwards: it changes nothing.
      let examined = endpoint.examine(&exchange)
      if let examined { return settle(&exchange, frame, isScreened: true, to: &output) { _, _ in examined } }
      return settle(&exchange, frame, isScreened: true, to: &output) { endpoint.decide(&$0, in: &$1) }
    case .answered(let answer, let check):
      return settle(&exchange, frame, isScreened: false, to: &output) { _, _ in Resolution(answer, by: check) }
    }
  }

  /// Only now: nobody is notified of a job before its answer has left.
  func turnEnded() {
    if round.value.end() || hasEnded { core.wakeJournalFile() }
    hasEnded = false
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
    reqids.value.withNext { reqid in
      let frame = AnswerWriter.Frame(
        closes: true, isHead: request.isHead, date: date(request.moment), reqid: reqid)
      let start = output.count
      writer.value.write(answer, frame, to: &output)
      let octets = output.view.slice(start, output.count)
      _ = core.note(answer, by: .check(check), of: request, reqid: reqid, octets: octets, &round.value)
    }
    if core.audience.isListening { hasNews = true }
  }
}

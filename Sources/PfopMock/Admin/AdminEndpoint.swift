import ByteText
import Dispatch
import HTTPCore
import HTTPServer

/// This server's own API, under `/__admin/`. What happens here is not in the journal and meets no rule.
struct AdminEndpoint {
  private let core: MockCore
  private let addresses: ServerAddresses
  private let gate: AdminGuard
  private let routes: [AdminRoute]
  /// Calls are answered here: some take long, and a loop has others to serve.
  private let queue = DispatchQueue(label: "pfop-mock.admin", attributes: .concurrent)

  /// - Throws: `StartFailure` if the admin token is not usable.
  init(core: MockCore, addresses: ServerAddresses, routes: [AdminRoute]) throws(StartFailure) {
    self.core = core
    self.addresses = addresses
    self.routes = routes
    var token: AdminToken?
    if let text = core.configuration.adminToken { token = try AdminToken(text) }
    gate = AdminGuard(
      listener: (addresses.side ?? addresses.plain).host, hasOwnPort: addresses.side != nil,
      configuredHost: core.configuration.host, token: token)
  }

  static func isAdmin(path: ByteView) -> Bool { path.starts(with: AdminRoutes.prefix) || path.equals("/__admin") }

  func reply(to request: IncomingRequest, reqid: ByteView) -> AdminReply {
    do throws(AdminError) {
      return try route(request, reqid: reqid)
    } catch {
      return .now(error.answer)
    }
  }

  private func route(_ request: IncomingRequest, reqid: ByteView) throws(AdminError) -> AdminReply {
    let head = request.head
    let path = head.target.path.view(in: request.message)
    guard AdminEndpoint.isAdmin(path: path) else {
      throw .refused(status: 404, "this port is for calls under \(AdminRoutes.prefix) only (--admin-port)")
    }
    let parts = AdminEndpoint.parts(of: path)
    let matches = parts.map { AdminRoutes.matching($0, among: routes) } ?? []
    let isOpen = !matches.isEmpty && matches.allSatisfy(\.route.isOpen)
    let needsToken = matches.isEmpty || matches.contains { $0.route.access == .guarded }
    if !isOpen, let refusal = gate.refusal(of: caller(of: request), needsToken: needsToken) { return .now(refusal) }
    if parts == nil { throw .path }

    let name = head.methodName.view(in: request.message).visibleText(limit: 64)
    if head.method == .unknown { throw .refused(status: 501, "no such method: \(name)") }
    guard !matches.isEmpty else {
      let known = routes.map(\.name).joined(separator: ", ")
      return .now(
        .failure(404, "no such admin call: \(name) \(path.visibleText(limit: 256))", diagnosis: "known calls: \(known)")
      )
    }
    let method = head.method == .head ? .get : head.method
    if let (route, parameters) = matches.first(where: { $0.route.method == method }) {
      let query = try query(of: request, for: route)
      let call = AdminRequest(
        request, reqid: reqid, core: core, addresses: addresses, query: query, parameters: parameters)
      if route.isOpen { return try route.answer(call) }
      answerBehind(call, KeptAdminRequest(request, reqid: reqid), query, parameters, by: route)
      return .later
    }
    return .now(AdminEndpoint.answer(to: head.method, allowed: matches.map(\.route.method)))
  }

  private func answerBehind(
    _ call: AdminRequest, _ kept: KeptAdminRequest, _ query: AdminQuery, _ parameters: [String: String],
    by route: AdminRoute
  ) {
    let (reply, core, addresses) = (call.lateAnswer, core, addresses)
    queue.async {
      kept.withRequest { request, reqid in
        let call = AdminRequest(
          request, reqid: reqid, core: core, addresses: addresses, query: query, parameters: parameters)
        do throws(AdminError) {
          if case .now(let answer) = try route.answer(call) { reply.send(answer) }
        } catch {
          reply.send(error.answer)
        }
      }
    }
  }

  /// - Parameter method: one for which there is no row.
  private static func answer(to method: Method, allowed: [Method]) -> Answer {
    let methods = allowed.flatMap { $0 == .get ? [$0, .head] : [$0] } + [.options]
    let allow = methods.map(\.name.description).joined(separator: ", ")
    if method == .options { return Answer(status: StatusCode(200), body: .empty, allow: allow) }
    var answer = Answer.failure(405, "method not allowed: \(method.name); allowed here: \(allow)")
    answer.allow = allow
    return answer
  }

  private func query(of request: IncomingRequest, for route: AdminRoute) throws(AdminError) -> AdminQuery {
    // Those who watch over a server may add what they like.
    guard let query = request.head.target.query, !route.isOpen else { return AdminQuery() }
    return try AdminQuery(query.view(in: request.message), allowed: route.query)
  }

  /// The parts below `/__admin/`, decoded one by one, so that an escaped slash belongs to its part; nil if one is no
  /// text.
  private static func parts(of path: ByteView) -> [String]? {
    var parts: [String] = []
    var start = min(AdminRoutes.prefix.utf8CodeUnitCount, path.count)
    while true {
      let end = path.firstOffset(of: 0x2F, from: start) ?? path.count
      do throws(BadEscape) {
        let octets = try PercentEncoding.decodePathPart(path.slice(start, end))
        guard let part = String(validating: octets, as: UTF8.self) else { return nil }
        parts.append(part)
      } catch {
        return nil
      }
      if end == path.count { return parts }
      start = end + 1
    }
  }

  private func caller(of request: IncomingRequest) -> AdminGuard.Caller {
    let head = request.head
    func text(_ range: ByteRange) -> String { String(decoding: range.view(in: request.message), as: UTF8.self) }
    func values(_ name: FieldName) -> [String] {
      head.fields.lines.filter { $0.known == name }.map { text($0.value) }
    }
    func values(named name: StaticString) -> [String] {
      let name = ByteView(start: name.utf8Start, count: name.utf8CodeUnitCount)
      return head.fields.lines.filter { $0.name.view(in: request.message).equalsIgnoringCase(name) }
        .map { text($0.value) }
    }
    // The absolute form's host replaces the field's (RFC 9112, section 3.2.2).
    return AdminGuard.Caller(
      authority: head.target.authority.map(text) ?? values(.host).first, origins: values(.origin),
      authorizations: values(.authorization), sites: values(named: "sec-fetch-site"),
      // Not one in a frame.
      isNavigation: head.method == .get && values(named: "sec-fetch-mode") == ["navigate"]
        && [[], ["document"]].contains(values(named: "sec-fetch-dest")))
  }
}

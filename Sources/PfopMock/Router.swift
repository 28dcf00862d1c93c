import ByteText
import HTTPCore
import HTTPServer
import PfopEngine

/// Which call a request is for. Paths are compared as sent: an SDK that escapes them differently has a bug to be seen.
struct Router {
  /// One row: add a call here.
  struct Route {
    var path: StaticString
    var methods: [Method]
    var endpoint: any Endpoint
    /// The path only begins like that.
    var isPrefix = false

    func leads(to path: ByteView) -> Bool {
      if isPrefix { return path.starts(with: self.path) }
      // No path means "/" (RFC 9110, section 4.2.3).
      return path.equals(self.path) || path.isEmpty && self.path.utf8CodeUnitCount == 1
    }
  }

  enum Result {
    case endpoint(any Endpoint)
    /// A call of this server's own API.
    case admin
    /// Nothing more to do than to say so.
    indirect case answered(Answer, by: StaticString)
  }

  private let routes: [Route]
  /// The only names that are answered for; nil where all are.
  private let names: ServedNames?
  /// False if the admin API has a port of its own, which is not this router's.
  private let leadsToAdmin: Bool

  /// - Parameters:
  ///   - host: `host[:port]` by which clients reach this server.
  ///   - tlsHost: the same for those that speak TLS.
  init(
    authenticator: Authenticator, host: String, tlsHost: String?, names: ServedNames?, leadsToAdmin: Bool = true
  ) {
    self.leadsToAdmin = leadsToAdmin
    let pfop = PfopEndpoint(authenticator: authenticator)
    let status = StatusEndpoint(authenticator: authenticator)
    func region(_ shape: RegionEndpoint.Shape) -> RegionEndpoint {
      RegionEndpoint(shape, host: host, tlsHost: tlsHost ?? host, authenticator: authenticator)
    }
    routes =
      PfopRequest.paths.map { Route(path: $0, methods: [.post], endpoint: pfop) } + [
        Route(path: "/status/get/prefop", methods: [.get, .head, .post], endpoint: status),
        Route(path: "/v2/query", methods: [.get, .head], endpoint: region(.v2)),
        Route(path: "/v3/query", methods: [.get, .head], endpoint: region(.v3)),
        Route(path: "/v4/query", methods: [.get, .head], endpoint: region(.v4)),
        Route(path: "/regions", methods: [.get, .head], endpoint: region(.regions)),
        Route(path: "/", methods: [.post], endpoint: UploadEndpoint(authenticator: authenticator)),
        Route(
          path: StatEndpoint.prefix, methods: [.get, .head, .post],
          endpoint: StatEndpoint(authenticator: authenticator), isPrefix: true),
      ]
    self.names = names
  }

  /// For a server as it is configured.
  init(
    authenticator: Authenticator, _ configuration: Configuration, _ addresses: ServerAddresses, _ publicURL: PublicURL?
  ) {
    let names = ServedNames(
      listener: addresses.plain.host, port: addresses.plain.port, tlsPort: addresses.tls?.port,
      configuredHost: configuration.host, publicURL: publicURL)
    self.init(
      authenticator: authenticator,
      host: publicURL?.authority ?? addresses.plain.reachableAuthority,
      tlsHost: publicURL?.authority ?? addresses.tls?.reachableAuthority,
      names: configuration.strictHost ? names : nil, leadsToAdmin: addresses.side == nil)
  }

  private func place(of path: ByteView) -> Int? {
    // A closure over the array itself would count a reference for each element.
    let routes = routes.span
    for place in routes.indices where routes[place].leads(to: path) { return place }
    return nil
  }

  func route(_ head: RequestHead, in message: ByteView) -> Result {
    let path = head.target.path.view(in: message)
    if leadsToAdmin, AdminEndpoint.isAdmin(path: path) { return .admin }
    let name = head.methodName.view(in: message)
    switch head.method {
    case .unknown:
      let error = "no such method: \(name.visibleText(limit: 64))"
      return .answered(.failure(501, error), by: "method")
    case .connect:
      return .answered(Router.tunnelRefusal, by: "method")
    case .get, .head, .post, .put, .delete, .options, .trace, .patch:
      break
    }
    // The absolute form's host replaces the field's (RFC 9112, section 3.2.2).
    let authority = head.target.authority?.view(in: message) ?? head.value(.host, in: message)
    if let refusal = names?.refusal(of: authority) { return .answered(refusal, by: "host") }
    // `OPTIONS http://host` means the asterisk (RFC 9112, section 3.2.4).
    if head.method == .options, path.isEmpty || head.target.form == .asterisk, head.target.query == nil {
      return .answered(options("GET, HEAD, POST, OPTIONS"), by: "route")
    }
    guard let place = place(of: path) else {
      return .answered(
        .failure(404, "no such API: \(name.visibleText()) \(path.visibleText(limit: 256))", diagnosis: knownPaths),
        by: "route")
    }
    if routes[place].methods.contains(head.method) { return .endpoint(routes[place].endpoint) }
    let allow = (routes[place].methods + [.options]).map(\.name.description).joined(separator: ", ")
    if head.method == .options { return .answered(options(allow), by: "method") }
    var answer = Answer.failure(405, "method not allowed: \(name.visibleText()) \(path.visibleText())")
    answer.allow = allow
    answer.diagnosis = "allowed here: \(allow)"
    return .answered(answer, by: "method")
  }

  /// Who asks for a tunnel has set this server as the proxy of an https:// address. Clients show little of an answer to
  /// CONNECT; whoever looks at it finds the way out in the error itself.
  private static let tunnelRefusal = Answer.failure(
    501,
    "CONNECT is not supported: as a proxy this server redirects http:// addresses only; "
      + "set the client to plain http, or set this server's address as its host",
    diagnosis: "CONNECT asks for a tunnel, which would lead past this server to the real one")

  private var knownPaths: String {
    "known paths: " + routes.map(\.path.description).joined(separator: " ")
      + (leadsToAdmin ? " \(AdminRoutes.prefix)" : "")
  }

  private func options(_ allow: String) -> Answer {
    Answer(status: StatusCode(200), body: .empty, allow: allow)
  }
}

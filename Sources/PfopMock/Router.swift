import ByteText
import HTTPCore
import PfopEngine

/// Which call a request is for. Paths are compared as sent: an SDK that escapes them differently has a bug to be seen.
struct Router {
  /// One row: add a call here.
  struct Route {
    var path: StaticString
    var methods: [Method]
    var endpoint: any Endpoint
  }

  enum Result {
    case endpoint(any Endpoint)
    /// A call of this server's own API.
    case admin
    /// Nothing more to do than to say so.
    case answered(Answer, by: StaticString)
  }

  private let routes: [Route]

  init(pfop: PfopEndpoint, status: StatusEndpoint) {
    routes =
      PfopRequest.paths.map { Route(path: $0, methods: [.post], endpoint: pfop) } + [
        Route(path: "/status/get/prefop", methods: [.get, .head, .post], endpoint: status)
      ]
  }

  func route(_ head: RequestHead, in message: ByteView) -> Result {
    let path = head.target.path.view(in: message)
    if AdminEndpoint.isAdmin(path: path) { return .admin }
    let name = head.methodName.view(in: message)
    switch head.method {
    case .unknown:
      let error = "no such method: \(name.visibleText(limit: 64))"
      return .answered(.failure(501, error), by: "method")
    case .connect:
      let diagnosis = "CONNECT asks for a tunnel to an https:// address; use http:// addresses behind this proxy"
      return .answered(.failure(501, "CONNECT is not supported", diagnosis: diagnosis), by: "method")
    case .get, .head, .post, .put, .delete, .options, .trace, .patch:
      break
    }
    guard let route = routes.first(where: { path.equals($0.path) }) else {
      // `OPTIONS http://host` means the asterisk (RFC 9112, section 3.2.4).
      if head.method == .options, path.isEmpty || head.target.form == .asterisk, head.target.query == nil {
        return .answered(options("GET, HEAD, POST, OPTIONS"), by: "route")
      }
      let shown = path.isEmpty ? "/" : path.visibleText(limit: 256)
      return .answered(
        .failure(404, "no such API: \(name.visibleText()) \(shown)", diagnosis: knownPaths), by: "route")
    }
    if route.methods.contains(head.method) { return .endpoint(route.endpoint) }
    let allow = (route.methods + [.options]).map(\.name.description).joined(separator: ", ")
    if head.method == .options { return .answered(options(allow), by: "method") }
    var answer = Answer.failure(405, "method not allowed: \(name.visibleText()) \(path.visibleText())")
    answer.allow = allow
    answer.diagnosis = "allowed here: \(allow)"
    return .answered(answer, by: "method")
  }

  private var knownPaths: String {
    "known paths: " + routes.map(\.path.description).joined(separator: " ") + " \(AdminRoutes.prefix)"
  }

  private func options(_ allow: String) -> Answer {
    Answer(status: StatusCode(200), body: .empty, allow: allow)
  }
}

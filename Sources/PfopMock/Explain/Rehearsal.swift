import ByteText
import HTTPCore
import HTTPServer
import PfopEngine

/// What would come of a request: the real router, endpoints and rules have their say, on a copy of what they would change.
struct Rehearsal {
  /// One way that it can go.
  struct Course {
    var resolution: Resolution
    /// As far as they were read.
    var bucket = ""
    var key = ""
    /// What was noticed and tolerated.
    var remark = ""
    /// What came of the rules that were tried.
    var accounts: [RuleAccount] = []
    var untold = 0
    var dependsOnLuck = false
  }

  /// How it goes, if everything that is a matter of chance comes about.
  var course: Course
  /// How it goes if nothing of that does; nil where nothing is.
  var otherwise: Course?
  /// Whose call it is.
  private(set) var call = EndpointKind.none

  init(_ request: IncomingRequest, reqid: ByteView, _ core: MockCore, _ addresses: ServerAddresses) throws {
    let publicURL = try core.configuration.readPublicURL()
    // Of its own: the loop's one is busy with other requests, and keeps what they found.
    let authenticator = Authenticator(core: core, port: publicURL?.port ?? addresses.plain.port)
    let router = Router(authenticator: authenticator, core.configuration, addresses, publicURL)
    var exchange = Exchange(request: request, reqid: reqid)
    switch router.route(request.head, in: request.message) {
    case .admin:
      let answer = Answer.failure(
        400, "admin calls meet no checks and no rules", diagnosis: "explain is about the others")
      course = Course(resolution: Resolution(answer, by: "route"))
    case .answered(let answer, let check):
      course = Course(resolution: Resolution(answer, by: check))
    case .endpoint(let endpoint):
      call = endpoint.kind
      let examined = endpoint.examine(&exchange)
      func run(_ luckily: Bool) -> Course { core.rehearse(exchange, examined, by: endpoint, luckily: luckily) }
      course = run(true)
      if course.dependsOnLuck { otherwise = run(false) }
    }
  }
}

extension MockCore {
  /// Lets an endpoint decide what it has examined, without any effect. Holds the lock as a request does, and for as long
  /// as it takes to try each rule in place of those that the index finds.
  fileprivate func rehearse(
    _ exchange: Exchange, _ examined: Resolution?, by endpoint: any Endpoint, luckily: Bool
  ) -> Rehearsal.Course {
    var exchange = exchange
    let rehearsed = withService { service in
      service.rehearse(luckily: luckily) { service in
        service.prepare(&exchange, counts: true)
        return service.settle(&exchange) { exchange, service in
          examined ?? endpoint.decide(&exchange, in: &service)
        }
      }
    }
    // What the exchange shows of bucket and key belongs to the endpoint.
    return withExtendedLifetime(endpoint) {
      Rehearsal.Course(
        resolution: rehearsed.result,
        bucket: String(decoding: exchange.bucket, as: UTF8.self), key: String(decoding: exchange.key, as: UTF8.self),
        remark: exchange.remark, accounts: rehearsed.accounts, untold: rehearsed.untold,
        dependsOnLuck: rehearsed.dependsOnLuck)
    }
  }
}

extension Resolution.DecidedBy {
  var text: String {
    switch self {
    case .check(let name): name.description
    case .named(let name): name
    }
  }
}

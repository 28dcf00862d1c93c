/// Every admin call: one row each. To add one, add a file beside this one and a row here.
enum AdminRoutes {
  static let prefix: StaticString = "/__admin/"

  static let all: [AdminRoute] = [
    AdminRoute(
      .get, "health", "Tell that the process is alive", access: .open, description: HealthCall.description,
      HealthCall.answer),
    AdminRoute(
      .get, "ready", "Tell whether fixtures are loaded and requests are served", access: .open,
      description: ReadyCall.description, ReadyCall.answer),
    AdminRoute(
      .get, "settings", "Tell what runs, and with which settings", description: SettingsCall.description,
      SettingsCall.answer),
    AdminRoute(
      .get, "openapi.json", "Tell this API, as OpenAPI 3.1", description: OpenAPICall.description, OpenAPICall.answer),
    AdminRoute(
      .get, "schema", "Tell what a fixture may say, as JSON Schema", description: SchemaCall.description,
      SchemaCall.answer),
    AdminRoute(
      .get, "ca.pem", "Tell the certificate to trust for https://", description: CertificateCall.description,
      CertificateCall.answer),
    AdminRoute(
      .get, "", "Show the page for people", access: .withoutToken, description: PageCall.description, PageCall.answer),
    AdminRoute(
      .get, "metrics", "Tell counts and gauges, for Prometheus", description: MetricsCall.description,
      MetricsCall.answer),
    AdminRoute(
      .get, "events", "Tell what happens as it happens, as server-sent events", query: EventsCall.query,
      description: EventsCall.description, EventsCall.answer),
    AdminRoute(
      .get, "state", "Tell all that the service knows, as one document", description: StateCall.description,
      StateCall.get),
    AdminRoute(
      .put, "state", "Go on from such a document", description: StateCall.restoringDescription, StateCall.put),
    AdminRoute(
      .post, "reset", "Go back to how it was at the start, whole or in part", description: ResetCall.description,
      ResetCall.answer),
    AdminRoute(
      .get, "buckets", "List buckets, with how often each step was taken", description: BucketCalls.listDescription,
      BucketCalls.all),
    AdminRoute(.get, "buckets/{name}", "Tell one bucket", description: BucketCalls.description, BucketCalls.one),
    AdminRoute(
      .put, "buckets/{name}", "Add a bucket, or put it in the place of the one there",
      description: BucketCalls.puttingDescription, BucketCalls.put),
    AdminRoute(
      .delete, "buckets/{name}", "Remove a bucket", description: BucketCalls.removalDescription, BucketCalls.delete),
    AdminRoute(
      .get, "rules", "List rules in the order in which they are tried", description: RuleCalls.listDescription,
      RuleCalls.all),
    AdminRoute(
      .post, "rules", "Add a rule", query: RuleCalls.query, description: RuleCalls.addingDescription, RuleCalls.add),
    AdminRoute(.get, "rules/{id}", "Tell one rule", description: RuleCalls.description, RuleCalls.one),
    AdminRoute(.delete, "rules/{id}", "Remove a rule", description: RuleCalls.removalDescription, RuleCalls.delete),
    AdminRoute(
      .post, "rules/{id}/disable", "Switch a rule off: it is passed over", description: RuleCalls.switchDescription,
      RuleCalls.disable),
    AdminRoute(
      .post, "rules/{id}/enable", "Switch it on again", description: RuleCalls.switchDescription, RuleCalls.enable),
    AdminRoute(
      .get, "accounts", "List the AccessKeys of accounts", description: AccountCalls.listDescription, AccountCalls.all),
    AdminRoute(
      .get, "accounts/{accessKey}", "Tell whether there is an account", description: AccountCalls.description,
      AccountCalls.one),
    AdminRoute(
      .put, "accounts/{accessKey}", "Add an account, or give it another SecretKey",
      description: AccountCalls.puttingDescription, AccountCalls.put),
    AdminRoute(
      .delete, "accounts/{accessKey}", "Remove an account", description: AccountCalls.removalDescription,
      AccountCalls.delete),
    AdminRoute(
      .post, "explain", "Tell what would come of a request, without doing it: check by check, rule by rule",
      description: ExplainCall.description, ExplainCall.answer),
    AdminRoute(
      .post, "clock/advance", "Move a held clock; answers once all that came due is done",
      description: ClockAdvanceCall.description, ClockAdvanceCall.answer),
    AdminRoute(
      .get, "jobs", "List jobs", query: JobsCall.query, description: JobsCall.description, JobsCall.answer),
    AdminRoute(
      .post, "jobs/wait", "Wait until jobs have their result, or are settled", description: JobsWaitCall.description,
      JobsWaitCall.answer),
    AdminRoute(.get, "jobs/{id}", "Tell one job", description: JobCalls.description, JobCalls.one),
    AdminRoute(
      .post, "jobs/{id}/finish", "Bring a job to its result", description: JobCalls.steeringDescription,
      JobCalls.finish),
    AdminRoute(.post, "jobs/{id}/fail", "Let a job fail", description: JobCalls.failureDescription, JobCalls.fail),
    AdminRoute(
      .post, "jobs/{id}/advance", "Bring a job to its next phase", description: JobCalls.steeringDescription,
      JobCalls.advance),
    AdminRoute(
      .get, "requests", "List requests of the journal, oldest first", query: RequestsCall.query,
      description: RequestsCall.description, RequestsCall.list),
    AdminRoute(
      .delete, "requests", "Forget the requests of the journal, or a bucket's", query: RequestsCall.removalQuery,
      description: RequestsCall.removalDescription, RequestsCall.delete),
    AdminRoute(
      .post, "requests/count", "Count the requests that meet criteria", description: RequestsCountCall.description,
      RequestsCountCall.answer),
    AdminRoute(
      .post, "requests/verify", "Tell whether, or wait until, as many requests meet criteria as are expected",
      description: RequestsVerifyCall.description, RequestsVerifyCall.answer),
    AdminRoute(
      .get, "requests/{reqid}", "Tell all there is to one request", description: RequestCall.description,
      RequestCall.answer),
    AdminRoute(
      .get, "notifications", "List deliveries", query: NotificationsCall.query,
      description: NotificationsCall.description, NotificationsCall.answer),
    AdminRoute(
      .post, "notifications/{n}/redeliver", "Notify once more", description: RedeliverCall.description,
      RedeliverCall.answer),
  ]

  /// The rows for a path of these parts, with what its parts in braces are. Of rows that differ in how many parts they
  /// spell out, those with most: `jobs/wait` is no job's id.
  static func matching(
    _ parts: [String], among routes: [AdminRoute]
  ) -> [(route: AdminRoute, parameters: [String: String])] {
    let matches = routes.compactMap { route in route.parameters(in: parts).map { (route: route, parameters: $0) } }
    let least = matches.map(\.parameters.count).min()
    return matches.filter { $0.parameters.count == least }
  }
}

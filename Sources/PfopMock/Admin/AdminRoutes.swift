/// Every admin call: one row each. To add one, add a file beside this one and a row here.
enum AdminRoutes {
  static let prefix: StaticString = "/__admin/"

  static let all: [AdminRoute] = [
    AdminRoute(.get, "health", "Tell that the process is alive", isOpen: true, HealthCall.answer),
    AdminRoute(
      .get, "ready", "Tell whether fixtures are loaded and requests are served", isOpen: true, ReadyCall.answer),
    AdminRoute(.get, "settings", "Tell what runs, and with which settings", SettingsCall.answer),
    AdminRoute(.get, "ca.pem", "Tell the certificate to trust for https://", CertificateCall.answer),
    AdminRoute(.get, "schema", "Tell what a fixture may say, as JSON Schema", SchemaCall.answer),
    AdminRoute(.get, "metrics", "Tell counts and gauges, for Prometheus", MetricsCall.answer),
    AdminRoute(
      .get, "events", "Tell what happens as it happens, as server-sent events", query: EventsCall.query,
      EventsCall.answer),
    AdminRoute(.get, "state", "Tell all that the service knows, as one document", StateCall.get),
    AdminRoute(.put, "state", "Go on from such a document", StateCall.put),
    AdminRoute(.post, "reset", "Go back to how it was at the start, whole or in part", ResetCall.answer),
    AdminRoute(.get, "buckets", "List buckets, with how often each step was taken", BucketCalls.all),
    AdminRoute(.get, "buckets/{name}", "Tell one bucket", BucketCalls.one),
    AdminRoute(.put, "buckets/{name}", "Add a bucket, or put it in the place of the one there", BucketCalls.put),
    AdminRoute(.delete, "buckets/{name}", "Remove a bucket", BucketCalls.delete),
    AdminRoute(.get, "rules", "List rules in the order in which they are tried", RuleCalls.all),
    AdminRoute(.post, "rules", "Add a rule", query: RuleCalls.query, RuleCalls.add),
    AdminRoute(.get, "rules/{id}", "Tell one rule", RuleCalls.one),
    AdminRoute(.delete, "rules/{id}", "Remove a rule", RuleCalls.delete),
    AdminRoute(.get, "accounts", "List the AccessKeys of accounts", AccountCalls.all),
    AdminRoute(.get, "accounts/{accessKey}", "Tell whether there is an account", AccountCalls.one),
    AdminRoute(.put, "accounts/{accessKey}", "Add an account, or give it another SecretKey", AccountCalls.put),
    AdminRoute(.delete, "accounts/{accessKey}", "Remove an account", AccountCalls.delete),
    AdminRoute(
      .post, "explain", "Tell what would come of a request, without doing it: check by check, rule by rule",
      ExplainCall.answer),
    AdminRoute(
      .post, "clock/advance", "Move a held clock; answers once all that came due is done", ClockAdvanceCall.answer),
    AdminRoute(.get, "jobs", "List jobs", query: JobsCall.query, JobsCall.answer),
    AdminRoute(.post, "jobs/wait", "Wait until jobs have their result, or are settled", JobsWaitCall.answer),
    AdminRoute(.get, "jobs/{id}", "Tell one job", JobCalls.one),
    AdminRoute(.post, "jobs/{id}/finish", "Bring a job to its result", JobCalls.finish),
    AdminRoute(.post, "jobs/{id}/fail", "Let a job fail", JobCalls.fail),
    AdminRoute(.post, "jobs/{id}/advance", "Bring a job to its next phase", JobCalls.advance),
    AdminRoute(
      .get, "requests", "List requests of the journal, oldest first", query: RequestsCall.query, RequestsCall.list),
    AdminRoute(
      .delete, "requests", "Forget the requests of the journal, or a bucket's", query: ["bucket"], RequestsCall.delete),
    AdminRoute(.post, "requests/count", "Count the requests that meet criteria", RequestsCountCall.answer),
    AdminRoute(
      .post, "requests/verify", "Tell whether, or wait until, as many requests meet criteria as are expected",
      RequestsVerifyCall.answer),
    AdminRoute(.get, "requests/{reqid}", "Tell all there is to one request", RequestCall.answer),
    AdminRoute(.get, "notifications", "List deliveries", query: NotificationsCall.query, NotificationsCall.answer),
    AdminRoute(.post, "notifications/{n}/redeliver", "Notify once more", RedeliverCall.answer),
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

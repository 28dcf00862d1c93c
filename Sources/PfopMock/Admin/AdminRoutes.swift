/// Every admin call: one row each. To add one, add a file beside this one and a row here.
enum AdminRoutes {
  static let prefix: StaticString = "/__admin/"

  static let all: [AdminRoute] = [
    AdminRoute(.get, "health", "Tell that the process is alive", isOpen: true, HealthCall.answer),
    AdminRoute(
      .get, "ready", "Tell whether fixtures are loaded and requests are served", isOpen: true, ReadyCall.answer),
    AdminRoute(.get, "settings", "Tell what runs, and with which settings", SettingsCall.answer),
    AdminRoute(.get, "ca.pem", "Tell the certificate to trust for https://", CertificateCall.answer),
    AdminRoute(.post, "reset", "Go back to how it was at the start, whole or in part", ResetCall.answer),
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

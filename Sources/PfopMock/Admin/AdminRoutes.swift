/// Every admin call: one row each. To add one, add a file beside this one and a row here.
enum AdminRoutes {
  static let prefix: StaticString = "/__admin/"

  static let all: [AdminRoute] = [
    AdminRoute(
      .get, "health", "Tell that the process is alive", isOpen: true, description: HealthCall.description,
      HealthCall.answer),
    AdminRoute(
      .get, "ready", "Tell whether fixtures are loaded and requests are served", isOpen: true,
      description: ReadyCall.description, ReadyCall.answer),
    AdminRoute(
      .get, "settings", "Tell what runs, and with which settings", description: SettingsCall.description,
      SettingsCall.answer),
    AdminRoute(
      .get, "openapi.json", "Tell this API, as OpenAPI 3.1", description: OpenAPICall.description, OpenAPICall.answer),
    AdminRoute(
      .get, "ca.pem", "Tell the certificate to trust for https://", description: CertificateCall.description,
      CertificateCall.answer),
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

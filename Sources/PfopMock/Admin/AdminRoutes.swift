/// Every admin call: one row each. To add one, add a file beside this one and a row here.
enum AdminRoutes {
  static let prefix: StaticString = "/__admin/"

  static let all: [AdminRoute] = [
    AdminRoute(.get, "health", "Tell that the process is alive", isOpen: true, HealthCall.answer),
    AdminRoute(
      .get, "ready", "Tell whether fixtures are loaded and requests are served", isOpen: true, ReadyCall.answer),
    AdminRoute(.get, "settings", "Tell what runs, and with which settings", SettingsCall.answer),
  ]

  /// The rows for a path of these parts, with what its parts in braces are. Of rows that differ in how many parts they
  /// spell out, those with most: `jobs/wait` is no job's id.
  static func matching(
    _ parts: [String], among routes: [AdminRoute] = all
  ) -> [(route: AdminRoute, parameters: [String: String])] {
    let matches = routes.compactMap { route in route.parameters(in: parts).map { (route: route, parameters: $0) } }
    let least = matches.map(\.parameters.count).min()
    return matches.filter { $0.parameters.count == least }
  }
}

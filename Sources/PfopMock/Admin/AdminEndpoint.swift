import HTTPCore

/// A call of this server's own API, under `/__admin/`. It is not in the journal and meets no rule.
enum AdminEndpoint {
  /// The process is alive.
  case health
  /// Fixtures are loaded and connections are accepted.
  case ready

  func answer(_ core: MockCore) -> Answer {
    switch self {
    case .health: Answer(status: StatusCode(200), body: .json("{\"status\": \"alive\"}"))
    case .ready:
      core.isStopping
        ? .failure(503, "the server is stopping")
        : Answer(status: StatusCode(200), body: .json("{\"status\": \"ready\"}"))
    }
  }
}

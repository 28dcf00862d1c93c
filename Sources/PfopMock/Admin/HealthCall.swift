/// `GET health`: the process is alive.
enum HealthCall {
  static func answer(_ request: AdminRequest) -> AdminReply { .object { $0.member("status", "alive") } }
}

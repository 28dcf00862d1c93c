/// `GET health`: the process is alive.
enum HealthCall {
  static let description = CallDescription(answers: [
    .json("It is", .object([.needed("status", .choice(["alive"]))]))
  ])

  static func answer(_ request: AdminRequest) -> AdminReply { .object { $0.member("status", "alive") } }
}

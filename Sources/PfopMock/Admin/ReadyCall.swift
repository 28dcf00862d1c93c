/// `GET ready`: 200 from when fixtures are loaded and connections are accepted until the server stops.
enum ReadyCall {
  static let description = CallDescription(answers: [
    .json("It is", .object([.needed("status", .choice(["ready"]))])), .error(503, "The server is stopping"),
  ])

  static func answer(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    if request.core.isStopping { throw .refused(status: 503, "the server is stopping") }
    return .object { $0.member("status", "ready") }
  }
}

import PfopEngine

/// `POST notifications/{n}/redeliver`: notifies once more what a delivery was about, and answers once that has been
/// attempted. It is none of the job's own tries; if the receiver takes it, the job counts as notified.
enum RedeliverCall {
  static let description = CallDescription(
    [.init("n", "The delivery's number")], body: .object([]),
    answers: [
      .json("What became of it", .part("Notification")), .error(404, "There is no such delivery, or its job has left"),
      .error(409, "The state was replaced meanwhile"), .error(503, "The server is stopping"),
    ])

  static func answer(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    try request.readBody([]) { _, _ in }
    let text = request.parameter("n")
    guard let number = Int64(text), number > 0 else {
      throw .refused(status: 400, "\(text.quoted()) is no delivery's number; allowed: 1 and more")
    }
    request.core.backstage.post(.redeliver(number, request.lateAnswer))
    return .later
  }

  static func unknown(_ number: Int64) -> Answer {
    .failure(404, "no delivery has the number \(number), or its job has left")
  }

  static func attempted(_ delivery: Delivery, _ core: MockCore) -> Answer {
    let job = core.withService { $0.lookUp(delivery.id) }.job
    return .json(JSONWriter.json { $0.value(delivery, of: job) })
  }
}

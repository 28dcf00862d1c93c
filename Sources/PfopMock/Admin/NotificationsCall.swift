import PfopEngine

/// `GET notifications?id&bucket&outcome&since&limit`: the deliveries there are, in the order in which they began.
enum NotificationsCall {
  static let description = CallDescription(
    [
      .init("id", "Of that job", .integer(1...Int64.max)), .init("bucket", "Of jobs whose source lies there"),
      .init("outcome", "That have come to this", .choice(Delivery.Outcome.names)),
      .init("since", "Behind that number", .integer(0...Int64.max - 1)),
      .init("limit", "At most so many; 100 without a word on it", .integer(1...JobsCall.maximumLimit)),
    ],
    answers: [
      .json("In the order in which they began", .object([.needed("notifications", .list(.part("Notification")))]))
    ])

  static let query: [StaticString] = ["id", "bucket", "outcome", "since", "limit"]

  /// Deliveries that are looked at in one go, so that the service's lock is not held for long.
  private static let batch: Int64 = 512

  static func answer(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    let query = request.query
    let id = try query.number("id", in: 1...Int64.max)
    let since = try query.number("since", in: 0...Int64.max - 1) ?? 0
    let limit = try query.number("limit", in: 1...JobsCall.maximumLimit) ?? Int64(JobsCall.defaultLimit)
    let outcome = query["outcome"]
    if let outcome, !Delivery.Outcome.names.contains(outcome) {
      let allowed = Delivery.Outcome.names.joined(separator: ", ")
      throw .query(field: "outcome", "\(outcome.debugDescription) is no outcome; allowed: \(allowed)")
    }
    let core = request.core
    var found: [(delivery: Delivery, job: Job?)] = []
    let numbers = core.withService { $0.deliveryNumbers }
    var position = max(numbers.lowerBound, since + 1)
    while position < numbers.upperBound, found.count < limit {
      let range = position..<min(position + batch, numbers.upperBound)
      position = range.upperBound
      found += deliveries(range, core) { delivery, job in
        (id ?? delivery.id) == delivery.id && (outcome ?? delivery.outcome.name) == delivery.outcome.name
          && query["bucket"].map { $0 == job?.bucket } ?? true
      }
    }
    return .object { writer in
      writer.name("notifications")
      writer.array { writer in
        for (delivery, job) in found.prefix(Int(limit)) { writer.value(delivery, of: job) }
      }
    }
  }

  private static func deliveries(
    _ range: Range<Int64>, _ core: MockCore, where isWanted: (Delivery, Job?) -> Bool
  ) -> [(delivery: Delivery, job: Job?)] {
    core.withService { service in
      range.compactMap { number in
        guard let delivery = service.delivery(number) else { return nil }
        let job = service.lookUp(delivery.id).job
        return isWanted(delivery, job) ? (delivery, job) : nil
      }
    }
  }
}

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

  static func answer(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    let query = request.query
    let id = try query.number("id", in: 1...Int64.max)
    let since = try query.number("since", in: 0...Int64.max - 1) ?? 0
    let limit = try query.number("limit", in: 1...JobsCall.maximumLimit) ?? Int64(JobsCall.defaultLimit)
    let outcome = query["outcome"]
    if let outcome, !Delivery.Outcome.names.contains(outcome) {
      let allowed = Delivery.Outcome.names.joined(separator: ", ")
      throw .query(field: "outcome", "\(outcome.quoted()) is no outcome; allowed: \(allowed)")
    }
    let numbers = request.core.withService { $0.deliveryNumbers }
    let start = min(max(numbers.lowerBound, since + 1), numbers.upperBound)
    let items = Items(
      core: request.core, id: id, bucket: query["bucket"], outcome: outcome, numbers: start..<numbers.upperBound,
      limit: Int(limit))
    return request.answer(with: ListContent(items, named: "notifications"))
  }

  private struct Items: ListItems {
    let core: MockCore
    let id: Int64?
    let bucket: String?
    let outcome: String?
    /// Those that have not been looked at.
    var numbers: Range<Int64>
    /// How many more to tell.
    var limit: Int

    /// Deliveries that are looked at in one go, so that the service's lock is not held for long.
    private static let batch: Int64 = 512

    mutating func next() -> [(delivery: Delivery, job: Job?)]? {
      guard !numbers.isEmpty, limit > 0 else { return nil }
      let found = core.withService { take(from: $0) }
      limit -= found.count
      return found
    }

    private mutating func take(from service: borrowing ServiceState) -> [(delivery: Delivery, job: Job?)] {
      let range = numbers.lowerBound..<min(numbers.lowerBound + Self.batch, numbers.upperBound)
      numbers = range.upperBound..<numbers.upperBound
      var found: [(delivery: Delivery, job: Job?)] = []
      var octets = 0
      for number in range {
        guard let delivery = service.delivery(number) else { continue }
        let job = service.lookUp(delivery.id).job
        guard isWanted(delivery, job) else { continue }
        found.append((delivery, job))
        octets += job?.textSize ?? 0
        guard octets < PieceLimit.octets, found.count < limit else {
          numbers = number + 1..<numbers.upperBound
          break
        }
      }
      return found
    }

    private func isWanted(_ delivery: Delivery, _ job: Job?) -> Bool {
      (id ?? delivery.id) == delivery.id && (outcome ?? delivery.outcome.name) == delivery.outcome.name
        && bucket.map { $0 == job?.bucket } ?? true
    }

    func parts(of item: (delivery: Delivery, job: Job?)) -> [JSONPart] {
      [.text(JSONWriter.json { $0.value(item.delivery, of: item.job) })]
    }
  }
}

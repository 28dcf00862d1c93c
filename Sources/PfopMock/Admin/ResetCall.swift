import PfopEngine

/// `POST reset {"what": […], "bucket": "…"}`: back to how it was at the start, whole or in part.
enum ResetCall {
  static let description = CallDescription(
    body: .object([
      .maybe("what", .list(.choice(What.allCases.map(\.rawValue)))), .maybe("bucket", .text),
    ]),
    answers: [.json("What was put back", .object([.needed("reset", .list(.choice(What.allCases.map(\.rawValue))))]))])

  private enum What: String, CaseIterable {
    case jobs, requests, rules, resources, ids, clock

    var part: ServiceState.Part? {
      switch self {
      case .jobs: .jobs
      case .requests: nil
      case .rules: .rules
      case .resources: .resources
      case .ids: .ids
      case .clock: .clock
      }
    }

    /// A bucket has its own; ids and the clock belong to all.
    var isOfBuckets: Bool {
      switch self {
      case .jobs, .requests, .rules, .resources: true
      case .ids, .clock: false
      }
    }
  }

  static func answer(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    let (what, bucket) = try request.readBody(["what", "bucket"], read)
    reset(what, ofBucket: bucket, request.core)
    return .object { writer in
      writer.name("reset")
      writer.array { writer in
        for what in what { writer.value(what.rawValue) }
      }
    }
  }

  /// All there is; of one bucket, if it is named, all that is its own.
  static func reset(ofBucket bucket: String?, _ core: MockCore) {
    reset(What.allCases.filter { bucket == nil || $0.isOfBuckets }, ofBucket: bucket, core)
  }

  private static func reset(_ what: [What], ofBucket bucket: String?, _ core: MockCore) {
    if what.contains(.requests) { core.withJournal { _ = $0.clear(ofBucket: bucket) } }
    var remains = ServiceState.Remains()
    core.changeFixture { service in
      for part in what.compactMap(\.part) {
        if let bucket { service.reset(part, ofBucket: bucket) } else { service.reset(part, leaving: &remains) }
      }
    }
    core.backstage.knock()
  }

  private static func read(_ reader: FixtureReader, _ fields: FixtureFields) -> (what: [What], bucket: String?) {
    let bucket = fields["bucket"].flatMap { reader.text($0, allowed: "a bucket's name") }
    let all = What.allCases.filter { bucket == nil || $0.isOfBuckets }
    guard let list = fields["what"] else { return (all, bucket) }
    let names = all.map(\.rawValue).joined(separator: ", ")
    var what: [What] = []
    for item in reader.items(of: list, allowed: "a list of \(names)") {
      guard let part: What = reader.choice(item, "a part") else { continue }
      guard all.contains(part) else {
        reader.report(item, "\(part.rawValue) belong to all buckets", allowed: names)
        continue
      }
      if !what.contains(part) { what.append(part) }
    }
    return (what, bucket)
  }
}

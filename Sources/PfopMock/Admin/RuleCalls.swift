import PfopEngine

/// `GET` and `POST rules`, `GET` and `DELETE rules/{id}`, `POST rules/{id}/disable` and `enable`: what stands in files under `rules`, changed at run time. Rules of
/// files have the ids 1, 2, 3 and so on, in file order; those that are added have the ones behind them.
enum RuleCalls {
  static let listDescription = CallDescription(answers: [
    .json("In the order in which they are tried", .object([.needed("rules", .list(.part("Rule")))]))
  ])
  static let addingDescription = CallDescription(
    [
      .init("position", "Before or behind all others; last without a word on it", .choice(["first", "last"])),
      .init("before", "Before the rule of that id, in place of a position", .integer(1...Int64.max)),
    ], body: .dictionary(.anything),
    answers: [.json("The rule, with its id", .part("Rule")), .error(404, "No rule has the id of before")])
  static let description = CallDescription([id], answers: [.json("The rule", .part("Rule")), missing])
  static let removalDescription = CallDescription(
    [id], answers: [.json("It is gone", .object([.needed("deleted", .integer(1...Int64.max))])), missing])

  static let switchDescription = CallDescription(
    [id], body: .object([]), answers: [.json("The rule, as it is now", .part("Rule")), missing])

  private static let id = CallDescription.Parameter("id", "Its id", .integer(1...Int64.max))
  private static let missing = CallDescription.Answer.error(404, "No rule has the id")

  static let query: [StaticString] = ["position", "before"]

  static func all(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    let entries = request.core.withService { $0.entries }
    return request.answer(with: ListContent(EntryItems(rulesOf: entries), named: "rules"))
  }

  static func one(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    let id = try id(of: request)
    guard let rule = request.core.withService({ $0.rule(id) }) else { throw unknown(id) }
    return request.answer(with: JSONParts(rule.parts))
  }

  static func add(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    let place = try place(request.query)
    let rule = try request.readEntry { reader, value in reader.rule(value) }
    switch request.core.changeFixture({ $0.insert(rule, place) }) {
    case .inserted(let entry): return request.answer(with: JSONParts(entry.parts))
    case .nameTaken(let problem): throw .fields([problem])
    case .unknown(let id): throw unknown(id)
    }
  }

  static func delete(_ request: AdminRequest) throws(AdminError) -> AdminReply {
    let id = try id(of: request)
    guard request.core.changeFixture({ $0.removeRule(id) }) else { throw unknown(id) }
    return .object { $0.member("deleted", id) }
  }

  static func disable(_ request: AdminRequest) throws(AdminError) -> AdminReply { try turn(request, isOn: false) }

  static func enable(_ request: AdminRequest) throws(AdminError) -> AdminReply { try turn(request, isOn: true) }

  private static func turn(_ request: AdminRequest, isOn: Bool) throws(AdminError) -> AdminReply {
    try request.readBody([]) { _, _ in }
    let id = try id(of: request)
    guard let rule = request.core.changeFixture({ $0.turnRule(id, isOn: isOn) }) else { throw unknown(id) }
    return request.answer(with: JSONParts(rule.parts))
  }

  private static func place(_ query: AdminQuery) throws(AdminError) -> ServiceState.RulePlace {
    if let before = try query.number("before", in: 1...Int64.max) {
      if query["position"] != nil { throw .query(field: "before", "position and before exclude each other") }
      return .before(Int(before))
    }
    switch query["position"] {
    case nil, "last": return .last
    case "first": return .first
    case .some(let other):
      let shown = other.quoted(limit: 64)
      throw .query(field: "position", "\(shown) is no position; allowed: first, last; or before=<id> in its place")
    }
  }

  private static func id(of request: AdminRequest) throws(AdminError) -> Int {
    let text = request.parameter("id")
    guard let id = Int(text), id > 0 else {
      throw .refused(status: 400, "\(text.quoted(limit: 64)) is no rule's id; allowed: 1 and more")
    }
    return id
  }

  private static func unknown(_ id: Int) -> AdminError { .refused(status: 404, "no rule has the id \(id)") }
}

import PfopEngine

/// What several calls have in common.
enum SchemaParts {
  static let all: [(name: String, schema: JSONSchema)] = [
    (
      "Error",
      .object([.needed("code", .integer(100...999)), .needed("error", .text), .maybe("field", .text)])
    ),
    ("Job", job), ("Notification", notification), ("State", state),
  ]

  /// `GET /status/get/prefop` has it too, where it is not ours to describe.
  private static let job = JSONSchema.object([
    .needed("id", .integer(1...Int64.max)), .needed("phase", .choice(["waiting", "processing", "finished"])),
    .needed("notification", .choice(["none", "planned", "underWay", "delivered", "failed", "suppressed"])),
    .needed("tries", .integer(0...255)), .needed("due", .nullable(.text)), .needed("accessKey", .text),
    .needed("notifyURL", .text), .needed("status", .dictionary(.anything)),
  ])

  private static let notification = JSONSchema.object([
    .needed("number", .integer(1...Int64.max)), .needed("id", .integer(1...Int64.max)),
    .needed("attempt", .integer(0...255)), .needed("at", .text),
    .needed("outcome", .choice(Delivery.Outcome.names)), .maybe("reason", .text),
    .maybe("status", .integer(100...999)), .maybe("answer", .text), .maybe("remark", .text),
    .needed("address", .text), .needed("microseconds", .integer(0...Int64.max)),
    .needed(
      "sent",
      .nullable(.object([.needed("url", .text), .needed("head", .text), .needed("body", .text)]))),
  ])

  /// Its lists are told in the documentation.
  private static let state = JSONSchema.object([
    .needed("format", .choice([StateWriter.format])), .needed("version", .integer(1...1)), .needed("seed", .text),
    .needed(
      "clock",
      .object([
        .maybe("mode", .choice(ServiceClock.Mode.allCases.map(\.rawValue))),
        .needed("now", .integer(StateReader.times)),
        .needed("start", .integer(StateReader.times)),
      ])),
    .needed(
      "ids",
      .object([.needed("first", .integer(1...Int64.max)), .needed("next", .nullable(.integer(1...Int64.max)))])),
    .needed("accounts", .list(.text)), .needed("fixture", .dictionary(.anything)),
    .maybe("scripts", .list(.dictionary(.anything))), .maybe("attempts", .dictionary(.integer(0...1 << 53))),
    .maybe("repeats", .list(.integer(1...Int64.max))),
    .maybe("created", .list(.either([.text, .object([.needed("base64", .text)])]))),
    .maybe("files", .list(.dictionary(.anything))),
    .maybe(
      "deliveries",
      .object([.needed("next", .integer(1...Int64.max)), .needed("list", .list(.dictionary(.anything)))])),
    .maybe("jobs", .list(.dictionary(.anything))),
  ])
}

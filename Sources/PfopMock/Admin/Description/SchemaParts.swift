import HTTPServer
import PfopEngine

/// What several calls have in common.
enum SchemaParts {
  static let all: [(name: String, schema: JSONSchema)] = [
    (
      "Error",
      .object([.needed("code", .integer(100...999)), .needed("error", .text), .maybe("field", .text)])
    ),
    ("Job", job), ("Notification", notification), ("State", state),
    ("Bucket", .object([.needed("name", .text)] + entry)),
    (
      "Rule",
      .object(
        [.needed("id", .integer(1...Int64.max)), .needed("name", .nullable(.text)), .needed("enabled", .boolean)]
          + entry)
    ),
    ("Request", request),
    (
      "Mismatch",
      .object([.needed("field", .text), .needed("expected", .text), .needed("actual", .nullable(.text))])
    ),
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

  /// Of a bucket or a rule. What it says is what `GET schema` describes.
  private static let entry: [JSONSchema.Member] = [
    .needed("definition", .dictionary(.anything)), .needed("taken", .list(.integer(0...Int64.max))),
  ]

  /// A request in a few words.
  static let requestLine: [JSONSchema.Member] = [
    .needed("number", .integer(0...Int64.max)), .needed("reqid", .text), .needed("time", .text),
    .needed("status", .integer(0...999)), .needed("method", .text), .needed("target", .text),
    .needed("tls", .boolean), .maybe("userAgent", .text), .maybe("accessKey", .text),
    .maybe("authorization", .choice(["none", "valid", "invalid"])), .maybe("bucket", .text), .maybe("key", .text),
    .maybe("fops", .text), .maybe("pipeline", .text), .maybe("notifyURL", .text),
    .maybe("id", .integer(1...Int64.max)), .maybe("attempt", .integer(1...Int64.max)), .needed("decidedBy", .text),
    .maybe("diagnosis", .text), .maybe("remark", .text),
  ]

  private static let message: [JSONSchema.Member] = [
    .needed("octets", .integer(0...Int64.max)), .maybe("kept", .integer(0...Int64.max)),
    .maybe("unchunked", .boolean), .maybe("text", .text), .maybe("base64", .text),
  ]

  /// Every check and rule on a request's way.
  static let tried: [JSONSchema.Member] = [
    .needed(
      "tried",
      .list(
        .object([
          .maybe("check", .text), .maybe("rule", .text), .maybe("phase", .choice(RulePhase.allCases.map(\.rawValue))),
          .needed("verdict", .choice(JournalEntry.Trial.Verdict.allCases.map(\.rawValue))), .maybe("reason", .text),
          .maybe("mismatch", .part("Mismatch")),
        ]))),
    .maybe("rulesOmitted", .integer(1...Int64.max)),
  ]

  private static let request = JSONSchema.object(
    requestLine + [
      .needed("request", .object(message)),
      .needed(
        "answer",
        .object(
          message + [
            .needed("sent", .integer(0...Int64.max)),
            .needed("end", .choice(Departure.End.allCases.map { "\($0)" } + ["underWay"])),
            .maybe("steps", .list(.text)), .maybe("stepsBegun", .integer(0...Int64.max)),
          ])),
      .needed(
        "microseconds",
        .object([
          .needed("connected", .integer(0...Int64.max)), .needed("receiving", .integer(0...Int64.max)),
          .needed("deciding", .integer(0...Int64.max)), .needed("sending", .nullable(.integer(0...Int64.max))),
        ])),
      .maybe("rulesForgotten", .boolean),
    ] + tried)

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

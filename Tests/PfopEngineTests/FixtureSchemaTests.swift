import Foundation
import Testing

@testable import PfopEngine

/// The schema and the decoder know the same fields, choices and limits. What each makes of whole files is compared by
/// `Tests/SDK/test_schema.py`, with a validator that is not ours.
struct FixtureSchemaTests {
  /// A place in a fixture, around what is put there, and where the schema speaks of it.
  struct Place: CustomTestStringConvertible, Sendable {
    var schema: String
    var before: String
    var after: String

    init(_ schema: String, _ before: String, _ after: String = "") {
      self.schema = schema
      self.before = before
      self.after = after
    }

    var testDescription: String { schema }
  }

  private static func problems(_ place: Place, _ value: String) -> [FixtureProblem] {
    let accounts = "accounts: [{ accessKey: ak, secretKey: sk }]\n"
    let account = place.before.hasPrefix("accounts") ? "" : accounts
    switch FixtureLoader.decode(account + place.before + value + place.after, file: "a.yaml") {
    case .loaded: return []
    case .refused(let problems): return problems
    }
  }

  /// What the decoder says is allowed there instead of `zzz`.
  private func allowed(_ place: Place, _ value: String = "zzz") throws -> [String] {
    // Names in accounts are not shown.
    let problem = try #require(
      Self.problems(place, value).first { $0.what.contains("\"zzz\"") || $0.what.hasPrefix("a name") })
    return try #require(problem.allowed).split(separator: ", ").map(String.init)
  }

  private func schema(_ path: String) throws -> SchemaValue {
    try path.split(separator: "/").reduce(FixtureSchema.root) { value, name in
      try #require(value[String(name)], "no \(name) in \(path)")
    }
  }

  private func names(_ list: SchemaValue?) -> [String]? {
    guard case .list(let items) = list else { return nil }
    return items.compactMap { if case .text(let text) = $0 { text } else { nil } }
  }

  // MARK: - Names

  @Test(arguments: [
    Place("", "", ": 1"), Place("$defs/account", "accounts: [{ accessKey: ak, secretKey: sk, ", ": 1 }]"),
    Place("$defs/bucket", "buckets: { b: { ", ": 1 } }"), Place("$defs/job", "buckets: { b: { job: { ", ": 1 } } }"),
    Place("$defs/rule", "rules: [{ then: { accept: true }, ", ": 1 }]"),
    Place("$defs/when", "rules: [{ then: { accept: true }, when: { ", ": 1 } }]"),
    Place("$defs/step", "rules: [{ then: { accept: true, ", ": 1 } }]"),
    Place("$defs/step/properties/rateLimit", "rules: [{ then: { rateLimit: { perSecond: 1, ", ": 1 } } }]"),
    Place("$defs/step/properties/dribble", "rules: [{ then: { dribble: { chunks: 1, over: 1s, ", ": 1 } } }]"),
    Place("$defs/step/properties/delay/then", "rules: [{ then: { delay: { fixed: 1s, ", ": 1 } } }]"),
    Place(
      "$defs/step/properties/delay/then/properties/lognormal",
      "rules: [{ then: { delay: { lognormal: { median: 1s, sigma: 1, ", ": 1 } } } }]"),
  ])
  func theFieldsAreTheDecoders(place: Place) throws {
    let schema = try schema(place.schema)
    guard case .object(let members) = schema["properties"] else {
      Issue.record("no properties")
      return
    }
    #expect(try members.map(\.name) == allowed(place))
    #expect(schema["additionalProperties"] == false)
  }

  @Test(arguments: [
    Place("properties/dialect", "dialect: "), Place("properties/idFormat", "idFormat: "),
    Place("$defs/bucket/properties/dialect", "buckets: { b: { dialect: ", " } }"),
    Place("$defs/bucket/properties/idFormat", "buckets: { b: { idFormat: ", " } }"),
    Place("$defs/job/properties/result", "buckets: { b: { job: { result: ", " } } }"),
    Place("$defs/rule/properties/phase", "rules: [{ then: { accept: true }, phase: ", " }]"),
    Place("$defs/rule/properties/countBy", "rules: [{ then: { accept: true }, countBy: ", " }]"),
    Place("$defs/step/properties/fault", "rules: [{ then: { fault: ", " } }]"),
  ])
  func theChoicesAreTheDecoders(place: Place) throws {
    let schema = try schema(place.schema)
    #expect(try names(schema["enum"]) == allowed(place))
    #expect(names(schema["enumDescriptions"])?.count == names(schema["enum"])?.count)
  }

  @Test(arguments: RulePhase.allCases.filter { $0 != .outcome })
  func whatIsNotKnownYetIsNotAllowed(phase: RulePhase) throws {
    func isRefused(_ rule: String) -> Bool {
      !Self.problems(Place("", "rules: [{ phase: \(phase.rawValue), ", " }]"), rule).isEmpty
    }
    let index = phase == .connection ? 0 : 1
    guard case .list(let phases) = try schema("$defs/rule/allOf"), let early = phases[index]["then"]?["properties"],
      case .text(let name) = early["then"]?["$ref"],
      let step = FixtureSchema.root["$defs"]?[String(name.dropFirst("#/$defs/".count))]?["properties"]
    else {
      Issue.record("no schema for the phase")
      return
    }
    let values: [MatcherField: String] = [.type: "0", .force: "0", .header: "{}", .attempt: "1", .time: "1s.."]
    for field in MatcherField.allCases {
      let rule = "when: { \(field.rawValue): \(values[field] ?? "/x") }, then: { accept: true }"
      #expect(isRefused(rule) == (early["when"]?["properties"]?[field.rawValue] == false), "\(rule)")
    }
    for countBy in CountBy.allCases {
      let rule = "countBy: \(countBy.rawValue), then: { accept: true }"
      #expect(isRefused(rule) != names(early["countBy"]?["enum"])?.contains(countBy.rawValue), "\(rule)")
    }
    for fault in Fault.allCases {
      let rule = "then: { fault: \(fault.rawValue) }"
      #expect(isRefused(rule) != names(step["fault"]?["enum"])?.contains(fault.rawValue), "\(rule)")
    }
    let steps: [StepField: String] = [
      .accept: "accept: true", .status: "status: 500", .fault: "fault: hang", .rateLimit: "rateLimit: { perSecond: 1 }",
      .error: "status: 500, error: x", .body: "body: x", .headers: "headers: {}", .delay: "delay: 1s",
      .dribble: "dribble: { chunks: 1, over: 1s }", .bandwidth: "bandwidth: 1", .times: "accept: true, times: 1",
      .probability: "accept: true, probability: 1", .job: "job: {}",
    ]
    for field in StepField.allCases {
      let rule = "then: { \(try #require(steps[field])) }"
      #expect(isRefused(rule) == (step[field.rawValue] == false), "\(rule)")
    }
  }

  // MARK: - Limits

  @Test(arguments: [
    Place("$defs/job/properties/errorIndex", "buckets: { b: { job: { result: failed, errorIndex: ", " } } }"),
    Place("$defs/when/properties/type", "rules: [{ then: { accept: true }, when: { type: ", " } }]"),
    Place("$defs/when/properties/force", "rules: [{ then: { accept: true }, when: { force: ", " } }]"),
    Place("$defs/when/properties/attempt", "rules: [{ then: { accept: true }, when: { attempt: ", " } }]"),
    Place("$defs/step/properties/status", "rules: [{ then: { status: ", " } }]"),
    Place("$defs/step/properties/times", "rules: [{ then: { accept: true, times: ", " } }]"),
    Place("$defs/step/properties/bandwidth", "rules: [{ then: { bandwidth: ", " } }]"),
    Place(
      "$defs/step/properties/dribble/properties/chunks", "rules: [{ then: { dribble: { over: 1s, chunks: ", " } } }]"),
    Place(
      "$defs/step/properties/rateLimit/properties/burst", "rules: [{ then: { rateLimit: { perSecond: 1, burst: ",
      " } } }]"),
    Place(
      "$defs/step/properties/rateLimit/properties/status", "rules: [{ then: { rateLimit: { perSecond: 1, status: ",
      " } } }]"),
    Place(
      "$defs/step/properties/rateLimit/properties/retryAfter",
      "rules: [{ then: { rateLimit: { perSecond: 1, retryAfter: ", " } } }]"),
    Place("$defs/span", "buckets: { b: { job: { waiting: ", " } } }"),
  ])
  func theLimitsOfWholeNumbersAreTheDecoders(place: Place) throws {
    let schema = try schema(place.schema)
    guard case .integer(let least) = schema["minimum"], case .integer(let most) = schema["maximum"] else {
      Issue.record("no limits")
      return
    }
    for (number, isSound) in [(least - 1, false), (least, true), (most, true), (most + 1, false)] {
      #expect(Self.problems(place, "\(number)").isEmpty == isSound, "\(number)")
    }
  }

  @Test(arguments: [
    Place("$defs/step/properties/probability", "rules: [{ then: { accept: true, probability: ", " } }]"),
    Place(
      "$defs/step/properties/rateLimit/properties/perSecond", "rules: [{ then: { rateLimit: { perSecond: ", " } } }]"),
    Place(
      "$defs/step/properties/delay/then/properties/lognormal/properties/sigma",
      "rules: [{ then: { delay: { lognormal: { median: 1s, sigma: ", " } } } }]"),
  ])
  func theLimitsOfDecimalNumbersAreTheDecoders(place: Place) throws {
    let schema = try schema(place.schema)
    guard case .number(let least) = schema["minimum"], case .number(let most) = schema["maximum"] else {
      Issue.record("no limits")
      return
    }
    for (number, isSound) in [(least - 0.0005, false), (least, true), (most, true), (most + 0.5, false)] {
      #expect(Self.problems(place, "\(number)").isEmpty == isSound, "\(number)")
    }
  }

  // MARK: - Patterns

  static let texts = [
    "0", "5", "00", "5s", "5ms", "1.5h", "0.0s", "5 s", ".5s", "5.s", "1.5.5s", "5d", "5S", "-1s", "+1s", "1e3s", "s",
    "..", "...", "1..", "..1", "1..2", "01..02", "1..2..3", "1...2", "-1..2", "1 ..2", "1s..", "..1s", "0..1s",
    "1s..2m",
    "1.5s..2.5s", "1s..2", "1..2s", "5B", "5KB", "5KiB/s", "5/s", "5kb", "5 KB", "KB", "5KB/", "5.5KB", "*", "a*",
    "a\\*",
    "a\\\\", "a\\", "a\\b", "\\", "中文*", "X-A", "X A", "X:A", "a b", " a", "a ", "", "é", "!#$%&'*+-.^_`|~", "(a)",
    "\"a\"",
    "[a]", "a\tb", "Content-Length", "content-lengths", "TRANSFER-ENCODING", "Connection",
  ]

  @Test(arguments: [
    Place("$defs/span", "buckets: { b: { job: { waiting: ", " } } }"),
    Place("$defs/when/properties/attempt", "rules: [{ then: { accept: true }, when: { attempt: ", " } }]"),
    Place("$defs/when/properties/time", "rules: [{ then: { accept: true }, when: { time: ", " } }]"),
    Place("$defs/when/properties/key", "rules: [{ then: { accept: true }, when: { key: ", " } }]"),
    Place(
      "$defs/when/properties/header/propertyNames", "rules: [{ then: { accept: true }, when: { header: { ", ": a } } }]"
    ),
    Place("$defs/step/properties/bandwidth", "rules: [{ then: { bandwidth: ", " } }]"),
    Place("$defs/step/properties/headers/propertyNames", "rules: [{ then: { headers: { ", ": a } } }]"),
    Place("$defs/step/properties/headers/additionalProperties", "rules: [{ then: { headers: { X: ", " } } }]"),
    Place("$defs/account/properties/accessKey", "accounts: [{ secretKey: s, accessKey: ", " }]"),
    Place("properties/buckets/propertyNames", "buckets: { ", ": }"),
  ])
  func thePatternsAreTheDecoders(place: Place) throws {
    let schema = try schema(place.schema)
    guard case .text(let pattern) = schema["pattern"] else {
      Issue.record("no pattern")
      return
    }
    let allowed = try Regex(pattern)
    var forbidden: Regex<AnyRegexOutput>?
    if case .text(let pattern) = schema["not"]?["pattern"] { forbidden = try Regex(pattern) }
    for text in Self.texts {
      // In quotes: what is plain may be no text to editors.
      let quoted =
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\t", with: "\\t") + "\""
      let isMatch = try allowed.firstMatch(in: text) != nil && forbidden?.firstMatch(in: text) == nil
      // Numbers in ranges have limits of their own, which a pattern can not say.
      if ["0", "00"].contains(text), place.schema.contains(/attempt|bandwidth/) { continue }
      #expect(Self.problems(place, quoted).isEmpty == isMatch, "\(text.debugDescription)")
    }
  }

  // MARK: - For editors

  @Test func everyFieldIsExplained() {
    func fieldsWithoutWords(_ value: SchemaValue, _ path: String) -> [String] {
      guard case .object(let members) = value else { return [] }
      return members.flatMap { member -> [String] in
        // What follows these only narrows what is explained elsewhere.
        if ["if", "allOf", "dependentSchemas"].contains(member.name) || member.name.hasPrefix("stepOf") { return [] }
        var found = fieldsWithoutWords(member.value, path + "/" + member.name)
        if member.name == "properties", case .object(let fields) = member.value, value["type"] != nil {
          found += fields.filter { $0.value["description"] == nil && $0.value["$ref"] != "#/$defs/span" }
            .map { path + "/" + $0.name }
        }
        return found
      }
    }
    #expect(fieldsWithoutWords(FixtureSchema.root, "") == [])
  }

  @Test func everyReferenceLeadsSomewhere() {
    func references(_ value: SchemaValue) -> [String] {
      switch value {
      case .boolean, .integer, .number, .text: []
      case .list(let items): items.flatMap(references)
      case .object(let members):
        members.flatMap { member -> [String] in
          if member.name == "$ref", case .text(let target) = member.value { return [target] }
          return references(member.value)
        }
      }
    }
    let found = Set(references(FixtureSchema.root))
    guard case .object(let definitions) = FixtureSchema.root["$defs"] else {
      Issue.record("no definitions")
      return
    }
    #expect(found == Set(definitions.map { "#/$defs/\($0.name)" }))
  }
}

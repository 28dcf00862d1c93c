import Testing

@testable import PfopEngine

struct JSONValueTests {
  private func decode(_ text: String) throws -> JSONValue {
    try text.withBytes { json in
      let reader = try JSONTreeReader(json)
      let value = try reader.value()
      try reader.end()
      return value
    }
  }

  @Test(
    arguments: [
      ("null", .null), ("true", .boolean(true)), ("0", .integer(0)), ("1", .integer(1)), ("-5", .integer(-5)),
      ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
      ("9007199254740993", .integer(9_007_199_254_740_993)), ("1.5", .number(1.5)), ("\"5\"", .string("5")),
      ("[]", .array([])), ("{}", .object([:])),
      (#"{"a": [1, "x", {"b": null}]}"#, .object(["a": .array([.integer(1), .string("x"), .object(["b": .null])])])),
    ] as [(String, JSONValue)])
  func isWhatTheJSONSays(text: String, value: JSONValue) throws { #expect(try decode(text) == value) }

  /// What `read` makes of the JSON, and the problems that were found.
  private func read<Value>(
    _ text: String, _ allowed: [String] = ["a", "b"], _ read: (FixtureReader, FixtureFields) -> Value
  ) throws -> (value: Value, problems: [String]) {
    let reader = FixtureReader()
    let value = read(reader, reader.fields(of: reader.root(of: try decode(text)), allowed: allowed))
    return (value, reader.problems.map { "\($0.path): \($0.what); \($0.allowed ?? "")" })
  }

  @Test func isReadAsFixturesAre() throws {
    let (value, problems) = try read(#"{"a": [1, 22], "b": "x"}"#) { reader, fields in
      let numbers = fields["a"].map {
        reader.items(of: $0, allowed: "").map { item in
          reader.number(item, in: 0...100, "a number", allowed: "")
        }
      }
      return (numbers, fields["b"].flatMap { reader.text($0, allowed: "") })
    }
    #expect(value.0 == [1, 22])
    #expect(value.1 == "x")
    #expect(problems == [])
  }

  @Test func numbersBooleansAndNullAreToldFromTexts() throws {
    for text in [#""5""#, "true", "null", "1.5", "-5", "[]"] {
      let (value, problems) = try read(#"{"a": \#(text)}"#) { reader, fields in
        fields["a"].flatMap { reader.number($0, in: 0...9, "a number", allowed: "0 to 9") }
      }
      #expect(value == nil)
      #expect(problems.count == 1 && problems[0].hasPrefix("a: "), "\(text)")
    }
    let (isNull, _) = try read(#"{"a": null, "b": "null"}"#) { _, fields in [fields["a"]?.isNull, fields["b"]?.isNull] }
    #expect(isNull == [true, false])
    let (_, problems) = try read(#"{"a": "5"}"#) { reader, fields in
      fields["a"].flatMap { reader.number($0, in: 0...9, "a number", allowed: "0 to 9") }
    }
    #expect(problems == [#"a: "5" in quotes is not a number; 0 to 9"#])
  }

  @Test(arguments: [
    (#"{"c": 1}"#, [#"c: "c" is not a field here, did you mean a?; a, b"#]),
    // No order of JSON's, but always the same.
    (
      #"{"z9999": 1, "y9999": 1}"#,
      [
        #"y9999: "y9999" is not a field here; a, b"#, #"z9999: "z9999" is not a field here; a, b"#,
      ]
    ),
    // Nothing is merged.
    (#"{"<<": {"a": 1}}"#, [#"<<: "<<" is not a field here; a, b"#]),
    ("[]", [": a list where a mapping belongs; a mapping with a, b"]),
    ("5", [": a single value where a mapping belongs; a mapping with a, b"]),
    ("null", [": empty where a mapping belongs; a mapping with a, b"]),
  ])
  func problemsNameThePlace(text: String, problems: [String]) throws {
    #expect(try read(text) { _, _ in }.problems == problems)
  }
}

import PfopEngine
import Testing

struct JSONObjectReaderTests {
  private func fault(_ json: String) -> JSONFault? {
    var reader = JSONObjectReader()
    do throws(JSONFault) {
      try json.withBytes { bytes throws(JSONFault) in try reader.read(bytes) }
      return nil
    } catch {
      return error
    }
  }

  /// What the member `a` holds.
  private func value(_ json: String) throws -> String {
    var reader = JSONObjectReader()
    try json.withBytes { bytes throws(JSONFault) in try reader.read(bytes) }
    return switch reader["a"] {
    case nil: "nothing"
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .integer(let value): "integer \(value)"
    case .otherNumber: "number"
    case .string(let text): "string \(text.text)"
    case .composite: "composite"
    }
  }

  @Test(arguments: [
    ("{}", "nothing"), (" { \"b\" : 1 } \n", "nothing"), (#"{"a":null}"#, "null"), (#"{"a":true,"b":false}"#, "true"),
    (#"{"a":0}"#, "integer 0"), (#"{"a":-0}"#, "integer 0"), (#"{"a": -12 }"#, "integer -12"),
    (#"{"a":9223372036854775807}"#, "integer 9223372036854775807"), (#"{"a":9223372036854775808}"#, "number"),
    (#"{"a":99999999999999999999}"#, "number"), (#"{"a":1.0}"#, "number"), (#"{"a":1e3}"#, "number"),
    (#"{"a":0.5E-10}"#, "number"), (#"{"a":""}"#, "string "), (#"{"a":"x","a":"y"}"#, "string y"),
    (#"{"a":"\"\\\/\b\f\n\r\t"}"#, "string \"\\/\u{8}\u{C}\n\r\t"), (#"{"a":"\u0041\u4e2d中"}"#, "string A中中"),
    (#"{"a":"\uD83C\uDFAC"}"#, "string 🎬"), (#"{"a":"\uD83C"}"#, "string \u{FFFD}"),
    (#"{"a":"\uD83C\u0041\uDFAC"}"#, "string \u{FFFD}A\u{FFFD}"), (#"{"\u0061":1}"#, "integer 1"),
    (#"{"b":[1,{"a":["x\"",[]]},{}],"a":[]}"#, "composite"), (#"{"a":{"a":1}}"#, "composite"),
  ])
  func readsPlainValues(json: String, expected: String) throws {
    #expect(try value(json) == expected)
  }

  @Test(arguments: [
    ("", JSONFault.noObject), ("[]", .noObject), ("1", .noObject), ("{", .syntax(offset: 1)),
    ("{}x", .syntax(offset: 2)),
    ("{,}", .syntax(offset: 1)), (#"{"a"}"#, .syntax(offset: 4)), (#"{"a":}"#, .syntax(offset: 5)),
    (#"{"a":1,}"#, .syntax(offset: 7)), (#"{a:1}"#, .syntax(offset: 1)), (#"{"a":01}"#, .number(offset: 5)),
    (#"{"a":+1}"#, .number(offset: 5)), (#"{"a":-}"#, .number(offset: 5)), (#"{"a":1.}"#, .number(offset: 5)),
    (#"{"a":1e}"#, .number(offset: 5)), (#"{"a":0x1}"#, .number(offset: 5)), (#"{"a":[1, .5]}"#, .number(offset: 9)),
    (#"{"a":"x}"#, .syntax(offset: 8)), (#"{"a":"\x"}"#, .syntax(offset: 7)),
    (#"{"a":"\u12"}"#, .syntax(offset: 10)), ("{\"a\":\"\n\"}", .syntax(offset: 6)),
    (#"{"a":tru}"#, .syntax(offset: 5)),
    (#"{"a":[1 2]}"#, .syntax(offset: 8)), (#"{"a":[1}"#, .syntax(offset: 7)), (#"{"a":"\"#, .syntax(offset: 7)),
    (#"{'a':1}"#, .syntax(offset: 1)),
  ])
  func refusesWhatIsNoJSON(json: String, expected: JSONFault) {
    #expect(fault(json) == expected)
  }

  @Test func boundsDepthAndMembers() {
    let depth = JSONObjectReader.maximumDepth - 1
    func nested(_ depth: Int) -> String {
      "{\"a\":" + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}"
    }
    #expect(fault(nested(depth)) == nil)
    #expect(fault(nested(depth + 1)) == .tooDeep(limit: JSONObjectReader.maximumDepth))
    #expect(fault("{\"a\":" + String(repeating: "[", count: 100_000)) == .tooDeep(limit: JSONObjectReader.maximumDepth))
    let members = Array(repeating: "\"a\":1", count: JSONObjectReader.maximumMemberCount)
    #expect(fault("{\(members.joined(separator: ","))}") == nil)
    #expect(
      fault("{\((members + ["\"b\":1"]).joined(separator: ","))}")
        == .tooManyMembers(limit: JSONObjectReader.maximumMemberCount))
  }

  @Test func isReusedAfterSuccessAndFailure() throws {
    var reader = JSONObjectReader()
    try #"{"a":"x","中":[1]}"#.withBytes { try reader.read($0) }
    #expect(reader.names == ["a", #"\xE4\xB8\xAD"#])
    #expect(throws: JSONFault.self) { try #"{"a":"y",}"#.withBytes { try reader.read($0) } }
    #expect(reader.names.isEmpty)
    #expect(throws: JSONFault.notUTF8) { try ([0x7B, 0xFF, 0x7D] as [UInt8]).withBytes { try reader.read($0) } }
    try #"{"b":1}"#.withBytes { try reader.read($0) }
    #expect(reader.names == ["b"])
  }
}

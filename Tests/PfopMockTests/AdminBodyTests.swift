import ByteText
import PfopEngine
import Testing

@testable import PfopMock

struct AdminBodyTests {
  private func decode(_ text: String) throws(AdminError) -> JSONValue {
    var content = ByteBuffer()
    content.append(text: text)
    return try AdminBody.decode(content.view)
  }

  /// As a call would read `{"what": ["a"], "count": 1}`.
  private func read(_ text: String) throws(AdminError) -> [String] {
    var content = ByteBuffer()
    content.append(text: text)
    return try AdminBody.read(content.view, ["what", "count"]) { reader, fields in
      if let count = fields["count"] { _ = reader.number(count, in: 1...9, "a count", allowed: "1 to 9") }
      let items = fields["what"].map { reader.items(of: $0, allowed: "a list of names") } ?? []
      return items.compactMap { reader.text($0, allowed: "a name") }
    }
  }

  @Test(arguments: ["", " \r\n\t", "{}"])
  func nothingCountsAsAnEmptyObject(text: String) throws {
    #expect(try decode(text) == .object([:]))
    #expect(try read(text) == [])
  }

  @Test func fieldsAreRead() throws { #expect(try read(#"{"what": ["a", "b"], "count": 3}"#) == ["a", "b"]) }

  @Test(arguments: [
    (#"{"what": ["a", []]}"#, "what[1]", #"a list where a text belongs; allowed: a name"#),
    (#"{"wat": []}"#, "wat", #""wat" is not a field here, did you mean what?; allowed: what, count"#),
    (
      #"{"count": 10, "what": 1}"#, "count",
      #""10" is not a count; allowed: 1 to 9 | what: a single value where a list "#
        + "belongs; allowed: a list of names"
    ),
    ("[]", nil, "a list where a mapping belongs; allowed: a mapping with what, count"),
  ])
  func theFieldAtFaultIsNamed(text: String, field: String?, message: String) throws {
    do throws(AdminError) {
      _ = try read(text)
      Issue.record("nothing was wrong")
    } catch {
      let answer = error.answer
      #expect(answer.status.code == 400)
      guard case .failure(let text, let place) = answer.body else {
        Issue.record("no failure")
        return
      }
      #expect(text == message)
      #expect(place == field)
    }
  }

  @Test(arguments: ["{", "nope", "{]", "a=b", "{'a': 1}", "[1,]x", "\u{0}", "\"\\", "{} {}", "01", "&a [*a, *a]"])
  func whatIsNoJSONIsRefused(text: String) {
    #expect {
      try decode(text)
    } throws: { error in
      "\(error)".hasPrefix("body(")
    }
  }

  /// The stack and the time of a loop are bounded.
  @Test func depthAndSizeAreBounded() throws {
    let depth = AdminBody.maximumDepth
    #expect(throws: Never.self) {
      try decode(String(repeating: "[", count: depth) + String(repeating: "]", count: depth))
    }
    for text in [
      String(repeating: "[", count: depth + 1) + String(repeating: "]", count: depth + 1),
      String(repeating: #"{"a":"#, count: 100_000), "[\"\\\"\"" + String(repeating: ",[", count: 100_000),
      "[0" + String(repeating: ",0", count: AdminBody.maximumValues) + "]",
    ] {
      #expect {
        try decode(text)
      } throws: { error in
        "\(error)".contains("allowed: ")
      }
    }
    let long = "[0" + String(repeating: ",0", count: AdminBody.maximumValues - 3) + "]"
    #expect(throws: Never.self) { try decode(long) }
    // Neither counts within a text.
    let text = String(repeating: "[,", count: 100_000)
    #expect(try decode("[\"\(text)\"]") == .array([.string(text)]))
  }
}

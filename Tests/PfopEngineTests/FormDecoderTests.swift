import ByteText
import PfopEngine
import Testing

struct FormDecoderTests {
  private func fields(_ form: String) throws(ParameterError) -> [String] {
    var decoder = FormDecoder()
    try form.withBytes { bytes throws(ParameterError) in try decoder.decode(bytes) }
    return (0..<decoder.count).map { "\(decoder[$0].name.text):\(decoder[$0].value.text)" }
  }

  @Test(arguments: [
    ("", []),
    ("a=1", ["a:1"]),
    ("a=1&b=2", ["a:1", "b:2"]),
    ("&&a=1&&b=2&", ["a:1", "b:2"]),
    ("a", ["a:"]),
    ("a=", ["a:"]),
    ("=1", [":1"]),
    ("=", [":"]),
    ("a=b=c==", ["a:b=c=="]),
    ("a=1&a=2", ["a:1", "a:2"]),
    ("a+b=c+d%20e%2B", ["a b:c d e+"]),
    ("%61%3D=%26%25", ["a=:&%"]),
    ("k=%E4%B8%AD%e6%96%87", ["k:中文"]),
    ("k=中文", ["k:中文"]),
    ("k=%00", ["k:\0"]),
  ])
  func splitsAndDecodes(_ form: String, _ expected: [String]) throws {
    #expect(try fields(form) == expected)
  }

  @Test(arguments: [
    ("a=%", ParameterError.badEscape(field: "a", escape: "%", offset: 2)),
    ("a=1&key=x%4", .badEscape(field: "key", escape: "%4", offset: 9)),
    ("key=%zz&a=1", .badEscape(field: "key", escape: "%zz", offset: 4)),
    ("a=1&k%1x=2", .badEscape(field: nil, escape: "%1x", offset: 5)),
    ("key=a%FFb", .notUTF8(field: "key", text: #"a\xFFb"#)),
    ("a=1&key=%E4%B8", .notUTF8(field: "key", text: #"\xE4\xB8"#)),
    ("a=%E4%B8&%AD=1", .notUTF8(field: "a", text: #"\xE4\xB8"#)),
    ("%E4=1", .notUTF8(field: nil, text: #"\xE4"#)),
    ("a=1&%E4", .notUTF8(field: nil, text: #"\xE4"#)),
    ("key=%C0%80", .notUTF8(field: "key", text: #"\xC0\x80"#)),
    ("key=%ED%A0%80", .notUTF8(field: "key", text: #"\xED\xA0\x80"#)),
  ])
  func refuses(_ form: String, _ expected: ParameterError) {
    #expect(throws: expected) { try fields(form) }
  }

  @Test func boundsTheNumberOfFields() throws {
    let form = String(repeating: "a=1&", count: FormDecoder.maximumFieldCount)
    #expect(try fields(form).count == FormDecoder.maximumFieldCount)
    #expect(throws: ParameterError.tooManyFields(limit: FormDecoder.maximumFieldCount)) { try fields(form + "b") }
  }

  @Test func isReusedAfterSuccessAndFailure() throws {
    var decoder = FormDecoder()
    try "a=1&b=2".withBytes { try decoder.decode($0) }
    #expect(throws: ParameterError.self) { try "a=1&b=%".withBytes { try decoder.decode($0) } }
    #expect(decoder.count == 0)
    let long = String(repeating: "x", count: 100_000)
    try "k=\(long)".withBytes { try decoder.decode($0) }
    #expect(decoder[0].value.text == long)
    try "id=7".withBytes { try decoder.decode($0) }
    #expect(decoder.count == 1)
    #expect(try decoder.value(of: "id")?.text == "7")
    #expect(try decoder.value(of: "k") == nil)
  }

  @Test func refusesASecondValueWhereOneIsAskedFor() throws {
    var decoder = FormDecoder()
    try "id=1&id=2".withBytes { try decoder.decode($0) }
    #expect(throws: ParameterError.givenTwice(field: "id")) { try decoder.value(of: "id") }
  }
}

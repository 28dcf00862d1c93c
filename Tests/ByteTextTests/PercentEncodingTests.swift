import Testing

@testable import ByteText

struct PercentEncodingTests {
  private func decode(_ text: [UInt8]) throws(BadEscape) -> [UInt8] {
    var output = [UInt8](repeating: 0xEE, count: text.count)
    let outcome = text.withUnsafeBytes { view in
      output.withUnsafeMutableBytes { output in
        Result { () throws(BadEscape) -> Int in try PercentEncoding.decodeForm(view, into: output) }
      }
    }
    return try Array(output[..<outcome.get()])
  }

  @Test(arguments: [
    ("", ""), ("plain", "plain"), ("a+b", "a b"), ("a%20b", "a b"), ("%2B", "+"), ("%2b", "+"), ("%25", "%"),
    ("%2525", "%25"), ("%41%42", "AB"), ("~-._", "~-._"), ("+", " "), ("a=b&c;d", "a=b&c;d"), ("%E4%b8%AD", "\u{4E2D}"),
  ])
  func decodes(text: String, decoded: String) throws {
    #expect(try decode(Array(text.utf8)) == Array(decoded.utf8))
  }

  @Test(arguments: [("", ""), ("a+b", "a+b"), ("a%20b%2Fc", "a b/c"), ("%E4%b8%AD", "\u{4E2D}")])
  func aPlusInAPathMeansItself(text: String, decoded: String) throws {
    let octets = try Array(text.utf8).withUnsafeBytes { try PercentEncoding.decodePathPart($0) }
    #expect(octets == Array(decoded.utf8))
    #expect(throws: BadEscape(offset: 1)) {
      try Array("a%4".utf8).withUnsafeBytes { try PercentEncoding.decodePathPart($0) }
    }
  }

  @Test func decodedOctetsNeedNotBeText() throws {
    #expect(try decode(Array("%00%ff%0A".utf8)) == [0x00, 0xFF, 0x0A])
    #expect(try decode([0x80, 0xFF]) == [0x80, 0xFF])
  }

  @Test(arguments: [
    ("%", 0), ("%4", 0), ("a%", 1), ("a%4", 1), ("%g1", 0), ("%1g", 0), ("%%41", 0), ("%41%", 3), ("%41%4", 3),
    ("%41%zz", 3), ("% 41", 0), ("%+1", 0), ("%-1", 0), ("%4\u{661}", 0), ("abc%u4E2D", 3), ("%41%x1%x2", 3),
  ])
  func aBadEscapeIsNamedByItsPlace(text: String, offset: Int) {
    #expect(throws: BadEscape(offset: offset)) { try decode(Array(text.utf8)) }
  }

  @Test func everyPairOfOctetsBehindAPercentIsADigitPairOrRefused() {
    for high in UInt8.min...UInt8.max {
      for low in [UInt8(0x30), 0x66, 0x47, high] {
        let isEscape = ASCII.hexValue(high) != nil && ASCII.hexValue(low) != nil
        #expect(((try? decode([0x25, high, low])) != nil) == isEscape)
      }
    }
  }

  @Test(arguments: [
    ("", ""), ("aZ09-._~", "aZ09-._~"), ("a b", "a+b"), ("+", "%2B"), ("%", "%25"), ("a/b:c", "a%2Fb%3Ac"),
    ("*", "%2A"), ("\u{4E2D}", "%E4%B8%AD"), ("\n", "%0A"),
  ])
  func encodes(text: String, encoded: String) {
    #expect(PercentEncoding.encodeForm(text.utf8) == Array(encoded.utf8))
  }

  @Test func everyOctetComesBack() throws {
    let octets = Array(UInt8.min...UInt8.max)
    #expect(try decode(PercentEncoding.encodeForm(octets)) == octets)
  }
}

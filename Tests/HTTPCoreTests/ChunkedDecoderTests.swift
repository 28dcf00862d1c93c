import ByteText
import Testing

@testable import HTTPCore

struct ChunkedDecoderTests {
  private struct Outcome: Equatable {
    var content: String
    var isComplete: Bool
    var position: Int
  }

  private func decode(
    _ text: String, mustBeEmpty: Bool = false, limits: ParserLimits = ParserLimits()
  ) throws(ParseError) -> Outcome {
    var decoder = ChunkedDecoder(limits: limits, mustBeEmpty: mustBeEmpty)
    var content = ByteBuffer()
    var position = 0
    let isComplete = try withOctets(text) { message throws(ParseError) in
      try decoder.decode(message, from: &position, to: &content)
    }
    return Outcome(content: String(decoding: content.view, as: UTF8.self), isComplete: isComplete, position: position)
  }

  @Test func stopsBehindItsLastOctet() throws {
    let text = "3\r\nabc\r\n0\r\n\r\n"
    #expect(try decode(text + "GET /") == Outcome(content: "abc", isComplete: true, position: text.utf8.count))
  }

  @Test(arguments: [
    ("", "", 0), ("3", "", 0), ("3\r", "", 0), ("3\r\n", "", 3), ("3\r\na", "a", 4), ("3\r\nabc", "abc", 6),
    ("3\r\nabc\r", "abc", 6), ("3\r\nabc\r\n", "abc", 8), ("3\r\nabc\r\n0\r\n", "abc", 11), ("0\r\n\r", "", 3),
    ("0\r\nA: b\r\n", "", 9),
  ])
  func usesUpWhatIsWhole(text: String, content: String, position: Int) throws {
    #expect(try decode(text) == Outcome(content: content, isComplete: false, position: position))
  }

  @Test func dataIsForbiddenWhereTheLengthSaidNone() throws {
    #expect(try decode("0;a\r\nA: b\r\n\r\n", mustBeEmpty: true).isComplete)
    let error = reason { () throws(ParseError) in _ = try decode("1\r\na", mustBeEmpty: true) }
    #expect(error == ParseError(.transferEncodingWithContentLength, at: 0))
  }

  @Test func chunksTogetherMayFillTheLimit() throws {
    var limits = ParserLimits()
    limits.content = 4
    #expect(try decode("2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n", limits: limits).content == "abcd")
    let error = reason { () throws(ParseError) in _ = try decode("2\r\nab\r\n3\r\n", limits: limits) }
    #expect(error == ParseError(.contentTooLarge, at: 7))
  }

  /// Extensions and trailers as the grammar of section 7.1.1 has them, and what is next to it.
  @Test(arguments: [
    (";a", true), (";a=b", true), (" ; a = b", true), ("\t;\ta\t=\tb", true), (";a=\"\"", true), (";a=\"b;c=d\"", true),
    (";a=\"\\\"\"", true), (";a;b;c=d", true), (";a ;b", true), ("", true), (" ", false), (";", false), (";;a", false),
    (";a=", false), (";=b", false), (";a b", false), (";a=b c", false), (";a=\"b", false), (";a=b\"c\"", false),
    (";a=\"b\" ", false), (";a;", false), (";a=\"\\\u{7F}\"", false), (";a=\"\u{1}\"", false), (";\u{E4}", false),
  ])
  func extensions(text: String, isValid: Bool) {
    let error = reason { () throws(ParseError) in _ = try decode("0\(text)\r\n\r\n") }
    #expect((error == nil) == isValid)
    #expect(isValid || [.chunkExtensionMalformed, .chunkSizeMalformed].contains(error?.reason))
  }
}

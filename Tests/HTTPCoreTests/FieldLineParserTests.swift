import ByteText
import Testing

@testable import HTTPCore

struct FieldLineParserTests {
  private func parse(_ text: String, isFirst: Bool = false) throws(ParseError) -> FieldLine {
    try withOctets("??" + text) { message throws(ParseError) in
      try FieldLineParser.parse(ByteRange(2, message.count), in: message, isFirst: isFirst)
    }
  }

  @Test(arguments: [
    ("A:b", 1, 2..<3), ("A: b", 1, 3..<4), ("A:\t b \t", 1, 4..<5), ("A:", 1, 2..<2), ("A:  ", 1, 4..<4),
    ("A: b c", 1, 3..<6), ("A:b:c", 1, 2..<5), ("Abc: \u{E4}", 3, 5..<7), ("A: \"b\"", 1, 3..<6),
  ])
  func nameAndValue(text: String, nameEnd: Int, value: Range<Int>) throws {
    let line = try parse(text)
    #expect(line.name == ByteRange(2, 2 + nameEnd))
    #expect(line.value == ByteRange(2 + value.lowerBound, 2 + value.upperBound))
  }

  @Test(arguments: [
    (" A: b", ParseError.Reason.fieldLineFolded, 0), ("\tA: b", .fieldLineFolded, 0), ("A", .colonMissing, 1),
    ("A b", .colonMissing, 1), ("A(b", .colonMissing, 1), (": b", .fieldNameEmpty, 0), ("A : b", .spaceBeforeColon, 1),
    ("A \t: b", .spaceBeforeColon, 1), ("A b: c", .fieldNameMalformed, 1), ("A\u{E4}: b", .fieldNameMalformed, 1),
    ("(A): b", .fieldNameMalformed, 0), ("A\u{1}: b", .controlOctet, 1), ("A\u{7F}: b", .controlOctet, 1),
    ("A\r: b", .bareCarriageReturn, 1), ("A: b\rc", .bareCarriageReturn, 4), ("A: b\0", .controlOctet, 4),
    ("A: 0123456789abcdef\u{1F}", .controlOctet, 19),
  ])
  func faults(text: String, expected: ParseError.Reason, offset: Int) {
    #expect(reason { () throws(ParseError) in _ = try parse(text) } == ParseError(expected, at: 2 + offset))
  }

  @Test func onlyTheFirstLineIsCalledIndented() {
    #expect(
      reason { () throws(ParseError) in _ = try parse(" A: b", isFirst: true) }
        == ParseError(.fieldLineIndented, at: 2))
  }

  /// A first line `A: b`, and the value once it has been continued.
  @Test(arguments: [
    (" c", "b\r\n c"), ("\tc \t", "b\r\n\tc"), ("  \t", "b"), (" c: d", "b\r\n c: d"), (" \u{E4}", "b\r\n \u{E4}"),
  ])
  func continuations(text: String, value: String) throws {
    try withOctets("A: b\r\n" + text) { message throws(ParseError) in
      let first = try FieldLineParser.parse(ByteRange(0, 4), in: message, isFirst: true)
      let line = ByteRange(6, message.count)
      #expect(FieldLineParser.isContinuation(line, in: message))
      #expect(!FieldLineParser.isContinuation(ByteRange(0, 4), in: message))
      let field = try FieldLineParser.parse(line, in: message, continuing: first)
      #expect(Array(field.value.view(in: message)) == Array(value.utf8))
      #expect(field.name == first.name)
    }
  }

  @Test(arguments: [
    (" c\0", ParseError.Reason.controlOctet), (" \u{7F}", .controlOctet), (" \rc", .bareCarriageReturn),
  ])
  func faultsOfContinuations(text: String, expected: ParseError.Reason) throws {
    let offset = text.utf8.count - (expected == .bareCarriageReturn ? 2 : 1)
    let fault = try withOctets("A: b\r\n" + text) { message throws(ParseError) in
      let first = try FieldLineParser.parse(ByteRange(0, 4), in: message, isFirst: true)
      return reason { () throws(ParseError) in
        _ = try FieldLineParser.parse(ByteRange(6, message.count), in: message, continuing: first)
      }
    }
    #expect(fault == ParseError(expected, at: 6 + offset))
  }
}

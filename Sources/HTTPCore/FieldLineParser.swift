import ByteText

/// One line of a header or trailer section (RFC 9112, section 5).
enum FieldLineParser {
  /// - Parameters:
  ///   - line: where the line stands in `message`, without its CRLF; not empty.
  ///   - isFirst: no field line stands before it.
  static func parse(_ line: ByteRange, in message: ByteView, isFirst: Bool) throws(ParseError) -> FieldLine {
    let text = line.view(in: message)
    let start = Int(line.start)
    if text[0] == ASCII.space || text[0] == ASCII.tab {
      throw ParseError(isFirst ? .fieldLineIndented : .fieldLineFolded, at: start)
    }
    var colon = 0
    while colon < text.count, OctetClass.isToken(text[colon]) { colon += 1 }
    guard colon < text.count, text[colon] == 0x3A, colon > 0 else {
      throw ParseError(nameFault(text, at: colon), at: start + colon)
    }
    let rest = text.slice(colon + 1, text.count)
    if let offset = OctetClass.firstForbiddenInValue(rest) {
      throw forbidden(rest[offset], at: start + colon + 1 + offset)
    }
    var valueStart = colon + 1
    var valueEnd = text.count
    while valueStart < valueEnd, isBlank(text[valueStart]) { valueStart += 1 }
    while valueEnd > valueStart, isBlank(text[valueEnd - 1]) { valueEnd -= 1 }
    return FieldLine(
      known: FieldName(text.slice(0, colon)), name: ByteRange(start, start + colon),
      value: ByteRange(start + valueStart, start + valueEnd))
  }

  /// The line goes on with the field before it, obs-fold: the sender of a request must not, but a client has to read an
  /// answer that does (section 5.2).
  /// - Parameter line: not empty.
  static func isContinuation(_ line: ByteRange, in message: ByteView) -> Bool { isBlank(message[Int(line.start)]) }

  /// `field` with what `line` adds to its value, the CRLF between them included: it stands for a space.
  static func parse(
    _ line: ByteRange, in message: ByteView, continuing field: FieldLine
  ) throws(ParseError) -> FieldLine {
    let text = line.view(in: message)
    let start = Int(line.start)
    if let offset = OctetClass.firstForbiddenInValue(text) { throw forbidden(text[offset], at: start + offset) }
    var end = text.count
    while end > 0, isBlank(text[end - 1]) { end -= 1 }
    var field = field
    if end > 0 { field.value = ByteRange(Int(field.value.start), start + end) }
    return field
  }

  private static func forbidden(_ octet: UInt8, at offset: Int) -> ParseError {
    ParseError(octet == ASCII.carriageReturn ? .bareCarriageReturn : .controlOctet, at: offset)
  }

  /// What is wrong where the name ended in something else than a colon.
  private static func nameFault(_ text: ByteView, at offset: Int) -> ParseError.Reason {
    guard offset < text.count else { return .colonMissing }
    if offset == 0, text[0] == 0x3A { return .fieldNameEmpty }
    switch text[offset] {
    case ASCII.space, ASCII.tab:
      let next = text.slice(offset, text.count).first { !isBlank($0) }
      if next == 0x3A { return .spaceBeforeColon }
      return text.contains(0x3A) ? .fieldNameMalformed : .colonMissing
    case ASCII.carriageReturn: return .bareCarriageReturn
    case 0..<ASCII.space, 0x7F: return .controlOctet
    default: return text.contains(0x3A) ? .fieldNameMalformed : .colonMissing
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == ASCII.space || byte == ASCII.tab }
}

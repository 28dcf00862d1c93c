import ByteText

/// Goes through JSON text (RFC 8259) that is known to be UTF-8.
package struct JSONScanner {
  private let json: ByteView
  private let takesLoneSurrogates: Bool
  private(set) var position = 0

  /// - Parameter takesLoneSurrogates: an escape of half a surrogate pair, which stands for no character, is read as
  ///   U+FFFD; otherwise it is a fault.
  package init(_ json: ByteView, takesLoneSurrogates: Bool) {
    self.json = json
    self.takesLoneSurrogates = takesLoneSurrogates
  }

  private var next: UInt8? { position < json.count ? json[position] : nil }

  private var fault: JSONFault { .syntax(offset: position) }

  /// - Returns: the octet that follows; nil at the end.
  mutating func skipSpace() -> UInt8? {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    return next
  }

  mutating func expect(_ byte: UInt8) throws(JSONFault) {
    guard skipSpace() == byte else { throw fault }
    position += 1
  }

  /// Reads what stands between an opening bracket, which is next, and `end`, separated by commas.
  mutating func readItems(
    until end: UInt8, _ item: (inout JSONScanner) throws(JSONFault) -> Void
  ) throws(JSONFault) {
    position += 1
    if skipSpace() == end {
      position += 1
      return
    }
    while true {
      _ = skipSpace()
      try item(&self)
      let separator = skipSpace()
      guard separator == 0x2C || separator == end else { throw fault }
      position += 1
      if separator == end { return }
    }
  }

  /// - Parameters:
  ///   - depth: how deep an array or object would be here, the outermost value being 1.
  ///   - scratch: strings are written to its end.
  mutating func skipValue(depth: Int, scratch: inout ByteBuffer) throws(JSONFault) {
    switch skipSpace() {
    case 0x22: try readString(into: &scratch)
    case 0x5B:
      try Self.check(depth)
      try readItems(until: 0x5D) { scanner throws(JSONFault) in
        try scanner.skipValue(depth: depth + 1, scratch: &scratch)
      }
    case 0x7B:
      try Self.check(depth)
      try readItems(until: 0x7D) { scanner throws(JSONFault) in
        try scanner.readString(into: &scratch)
        try scanner.expect(0x3A)
        try scanner.skipValue(depth: depth + 1, scratch: &scratch)
      }
    case 0x74: try readWord("true")
    case 0x66: try readWord("false")
    case 0x6E: try readWord("null")
    default: _ = try readNumber()
    }
  }

  private static func check(_ depth: Int) throws(JSONFault) {
    if depth > JSONObjectReader.maximumDepth { throw .tooDeep(limit: JSONObjectReader.maximumDepth) }
  }

  mutating func readWord(_ word: StaticString) throws(JSONFault) {
    guard json.slice(position, json.count).starts(with: word) else { throw fault }
    position += word.utf8CodeUnitCount
  }

  /// - Returns: nil for a number that is no Int64.
  mutating func readNumber() throws(JSONFault) -> Int64? {
    let start = position
    guard let first = next, ASCII.isDigit(first) || [0x2B, 0x2D, 0x2E].contains(first) else { throw fault }
    if first == 0x2D { position += 1 }
    let digits = position
    // A zero stands alone.
    if next == 0x30 { position += 1 } else { try readDigits(ofNumberAt: start) }
    let value = DecimalText.parse(json.slice(digits, position))
    var isWhole = true
    if next == 0x2E {
      isWhole = false
      position += 1
      try readDigits(ofNumberAt: start)
    }
    if let byte = next, byte | 0x20 == 0x65 {
      isWhole = false
      position += 1
      if let sign = next, sign == 0x2B || sign == 0x2D { position += 1 }
      try readDigits(ofNumberAt: start)
    }
    if let byte = next, JSONScanner.goesOnNumber(byte) { throw .number(offset: start) }
    guard isWhole, let value, let magnitude = Int64(exactly: value) else { return nil }
    return digits > start ? -magnitude : magnitude
  }

  private mutating func readDigits(ofNumberAt start: Int) throws(JSONFault) {
    guard let first = next, ASCII.isDigit(first) else { throw .number(offset: start) }
    while let byte = next, ASCII.isDigit(byte) { position += 1 }
  }

  /// What can stand behind no number of JSON, and is meant as a part of it: `01`, `0x1F`, `1_000`, `1.2.3`.
  private static func goesOnNumber(_ byte: UInt8) -> Bool {
    ASCII.isDigit(byte) || ASCII.lowercased(byte) &- 0x61 < 26 || [0x2B, 0x2D, 0x2E, 0x5F].contains(byte)
  }

  /// Appends the text of a string, which is next.
  package mutating func readString(into text: inout ByteBuffer) throws(JSONFault) {
    guard next == 0x22 else { throw fault }
    position += 1
    while let byte = next {
      switch byte {
      case 0x22:
        position += 1
        return
      case 0x5C:
        position += 1
        try readEscape(into: &text)
      case 0..<0x20: throw fault
      default:
        text.append(byte: byte)
        position += 1
      }
    }
    throw fault
  }

  private mutating func readEscape(into text: inout ByteBuffer) throws(JSONFault) {
    guard let byte = next else { throw fault }
    switch byte {
    case 0x22, 0x5C, 0x2F: text.append(byte: byte)
    case 0x62: text.append(byte: 0x08)
    case 0x66: text.append(byte: 0x0C)
    case 0x6E: text.append(byte: 0x0A)
    case 0x72: text.append(byte: 0x0D)
    case 0x74: text.append(byte: 0x09)
    case 0x75:
      position += 1
      return try readScalar(into: &text)
    default: throw fault
    }
    position += 1
  }

  private mutating func readScalar(into text: inout ByteBuffer) throws(JSONFault) {
    let start = position - 2
    var code = try readUnit()
    if 0xD800...0xDBFF ~= code, json.slice(position, json.count).starts(with: "\\u") {
      let back = position
      position += 2
      let low = try readUnit()
      if 0xDC00...0xDFFF ~= low {
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      } else {
        position = back
      }
    }
    let scalar = Unicode.Scalar(code)
    if scalar == nil, !takesLoneSurrogates { throw .loneSurrogate(offset: start) }
    for unit in String(Character(scalar ?? "\u{FFFD}")).utf8 { text.append(byte: unit) }
  }

  private mutating func readUnit() throws(JSONFault) -> UInt32 {
    guard position + 4 <= json.count else { throw fault }
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = ASCII.hexValue(json[position]) else { throw fault }
      code = code << 4 | UInt32(digit)
      position += 1
    }
    return code
  }
}

import ByteText

/// How octets are written in texts: as they are, percent-encoded, or behind a backslash.
extension SecretMask {
  /// What an escape stands for: an octet, or the UTF-8 of a character.
  struct Unit {
    var octets: InlineArray<4, UInt8> = .init(repeating: 0)
    var count = 0

    init(_ octet: UInt8) {
      octets[0] = octet
      count = 1
    }

    init(_ scalar: Unicode.Scalar) {
      for octet in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
        octets[count] = octet
        count += 1
      }
    }
  }

  /// Everything that the text can be read as at a position, with how many octets of it that takes.
  static func forEachUnit(of text: ByteView, at position: Int, _ body: (Unit, Int) -> Void) {
    guard position < text.count else { return }
    let octet = text[position]
    body(Unit(octet), 1)
    switch octet {
    case plus: body(Unit(ASCII.space), 1)
    case percent:
      guard let value = hexadecimal(text, position + 1, 2) else { return }
      body(Unit(UInt8(value)), 3)
      // Escaped twice, as a URL within a form is.
      if value == UInt32(percent), let value = hexadecimal(text, position + 3, 2) { body(Unit(UInt8(value)), 5) }
      if value == UInt32(backslash), let (unit, length) = escape(text, behind: position + 3) { body(unit, 3 + length) }
    case backslash:
      if let (unit, length) = escape(text, behind: position + 1) { body(unit, 1 + length) }
    default: return
    }
  }

  /// What the letters behind a backslash stand for, and how many octets they are; the first may be percent-encoded.
  private static func escape(_ text: ByteView, behind position: Int) -> (Unit, Int)? {
    guard position < text.count else { return nil }
    var (letter, length) = (text[position], 1)
    if letter == percent, let value = hexadecimal(text, position + 1, 2) { (letter, length) = (UInt8(value), 3) }
    switch letter {
    case 0x22, 0x27, 0x2F, backslash: return (Unit(letter), length)
    case 0x62: return (Unit(0x08), length)
    case 0x66: return (Unit(0x0C), length)
    case 0x6E: return (Unit(ASCII.lineFeed), length)
    case 0x72: return (Unit(ASCII.carriageReturn), length)
    case 0x74: return (Unit(ASCII.tab), length)
    case 0x78: return hexadecimal(text, position + length, 2).map { (Unit(UInt8($0)), length + 2) }
    case 0x75:
      guard let value = hexadecimal(text, position + length, 4) else { return nil }
      if let scalar = Unicode.Scalar(value) { return (Unit(scalar), length + 4) }
      let next = position + length + 4
      guard text.slice(next, text.count).starts(with: "\\u"), let low = hexadecimal(text, next + 2, 4),
        0xD800...0xDBFF ~= value, 0xDC00...0xDFFF ~= low,
        let scalar = Unicode.Scalar(0x10000 + (value - 0xD800) << 10 + (low - 0xDC00))
      else { return nil }
      return (Unit(scalar), length + 10)
    default: return nil
    }
  }

  static func hexadecimal(_ text: ByteView, _ start: Int, _ count: Int) -> UInt32? {
    guard start + count <= text.count else { return nil }
    var value: UInt32 = 0
    for index in start..<start + count {
      guard let digit = ASCII.hexValue(text[index]) else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}

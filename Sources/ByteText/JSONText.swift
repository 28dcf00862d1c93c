extension ByteBuffer {
  /// Appends `text` as a JSON string, with its quotes (RFC 8259, section 7).
  package mutating func append(jsonString text: String) {
    var text = text
    text.withUTF8 { append(jsonString: ByteView($0)) }
  }

  /// Appends UTF-8 as a JSON string, with its quotes. Characters that `ByteView.unseenLength` knows are escaped, so that
  /// the value stays the same and no terminal or editor acts on it.
  package mutating func append(jsonString text: ByteView) {
    append(byte: 0x22)
    append(escaping: text, quotes: true)
    append(byte: 0x22)
  }

  /// Appends UTF-8 in which characters that are not seen are escaped as in JSON strings.
  /// - Parameter quotes: quotation marks and backslashes are escaped as well.
  fileprivate mutating func append(escaping text: ByteView, quotes: Bool) {
    var (start, index) = (0, 0)
    while index < text.count {
      let byte = text[index]
      if byte >= 0x20, byte < 0x7F, !quotes || byte != 0x22 && byte != 0x5C {
        index += 1
        continue
      }
      let length = byte == 0x22 || byte == 0x5C ? 1 : text.unseenLength(at: index)
      guard length > 0 else {
        index += 1
        continue
      }
      append(text.slice(start, index))
      appendEscape(text.slice(index, index + length))
      index += length
      start = index
    }
    append(text.slice(start, text.count))
  }

  /// - Parameter character: the UTF-8 of one.
  private mutating func appendEscape(_ character: ByteView) {
    switch character[0] {
    case 0x22: append("\\\"")
    case 0x5C: append("\\\\")
    case ASCII.lineFeed: append("\\n")
    case ASCII.carriageReturn: append("\\r")
    case ASCII.tab: append("\\t")
    default:
      var value = UInt32(character[0])
      if character.count > 1 { value &= 0xFF >> (UInt32(character.count) + 1) }
      for byte in character.dropFirst() { value = value << 6 | UInt32(byte & 0x3F) }
      guard value > 0xFFFF else { return appendEscape(unit: value) }
      appendEscape(unit: 0xD7C0 + value >> 10)
      appendEscape(unit: 0xDC00 + value & 0x3FF)
    }
  }

  /// - Parameter unit: of UTF-16.
  private mutating func appendEscape(unit: UInt32) {
    append("\\u")
    for shift: UInt32 in [12, 8, 4, 0] {
      let digit = UInt8(truncatingIfNeeded: unit >> shift & 15)
      append(byte: digit < 10 ? 0x30 + digit : 0x61 + digit - 10)
    }
  }
}

extension ByteView {
  /// How many bytes the character at `index` has if it is one that is not seen as such, and hides, breaks or reorders
  /// what is around it: control characters, line and paragraph separators, marks of the writing direction, and those of
  /// no width. 0 for every other one, and inside of a character.
  fileprivate func unseenLength(at index: Int) -> Int {
    func next(_ offset: Int) -> UInt8 { index + offset < count ? self[index + offset] : 0 }
    switch self[index] {
    case 0..<0x20, 0x7F: return 1
    // U+0080 to U+009F, U+00AD
    case 0xC2: return 0x80...0x9F ~= next(1) || next(1) == 0xAD ? 2 : 0
    // U+061C
    case 0xD8: return next(1) == 0x9C ? 2 : 0
    // U+180E
    case 0xE1: return next(1) == 0xA0 && next(2) == 0x8E ? 3 : 0
    case 0xE2:
      switch next(1) {
      // U+200B to U+200F, U+2028 to U+202E
      case 0x80: return 0x8B...0x8F ~= next(2) || 0xA8...0xAE ~= next(2) ? 3 : 0
      // U+2060 to U+206F
      case 0x81: return 0xA0...0xAF ~= next(2) ? 3 : 0
      default: return 0
      }
    // U+FEFF, U+FFF9 to U+FFFB
    case 0xEF: return next(1) == 0xBB && next(2) == 0xBF || next(1) == 0xBF && 0xB9...0xBB ~= next(2) ? 3 : 0
    // U+E0000 to U+E007F
    case 0xF3: return next(1) == 0xA0 && 0x80...0x81 ~= next(2) && 0x80...0xBF ~= next(3) ? 4 : 0
    default: return 0
    }
  }
}

extension String {
  /// The text as a JSON string, with its quotes.
  package var jsonString: String {
    var buffer = ByteBuffer()
    buffer.append(jsonString: self)
    return String(decoding: buffer.view, as: UTF8.self)
  }

  /// What `quoted` shows of a text if nothing else is said, in Unicode scalars: a character can be of any length.
  package static let quoteLimit = 80

  /// The text as a JSON string of bounded length, for messages: past `limit` Unicode scalars it is cut, and `...` stands
  /// behind it.
  package func quoted(limit: Int = quoteLimit) -> String {
    let scalars = unicodeScalars
    guard let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex),
      end < scalars.endIndex
    else { return jsonString }
    return String(scalars[..<end]).jsonString + "..."
  }

  /// The text on one line, with every character that is not seen escaped as in JSON; all others stay as they are.
  package var visibleLine: String {
    var text = self
    return text.withUTF8 { octets in
      var buffer = ByteBuffer(capacity: octets.count + 16)
      buffer.append(escaping: ByteView(octets), quotes: false)
      return String(decoding: buffer.view, as: UTF8.self)
    }
  }
}

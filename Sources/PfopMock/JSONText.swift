import ByteText

extension ByteBuffer {
  /// Appends `text` as a JSON string, with its quotes (RFC 8259, section 7).
  mutating func append(jsonString text: String) {
    var text = text
    text.withUTF8 { append(jsonString: ByteView($0)) }
  }

  /// Appends UTF-8 as a JSON string, with its quotes.
  mutating func append(jsonString text: ByteView) {
    append(byte: 0x22)
    var start = 0
    for index in 0..<text.count where text[index] < 0x20 || text[index] == 0x22 || text[index] == 0x5C {
      append(text.slice(start, index))
      start = index + 1
      appendEscape(text[index])
    }
    append(text.slice(start, text.count))
    append(byte: 0x22)
  }

  private mutating func appendEscape(_ byte: UInt8) {
    switch byte {
    case 0x22: append("\\\"")
    case 0x5C: append("\\\\")
    case ASCII.lineFeed: append("\\n")
    case ASCII.carriageReturn: append("\\r")
    case ASCII.tab: append("\\t")
    default:
      append(byte < 0x10 ? "\\u000" : "\\u001")
      append(byte: byte & 15 < 10 ? 0x30 + (byte & 15) : 0x61 + (byte & 15) - 10)
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
}

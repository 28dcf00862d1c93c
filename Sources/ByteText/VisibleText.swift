extension ByteView {
  /// These bytes as one line of visible ASCII: everything else, and `\` itself, is escaped as in C (`\n`, `\\`, `\xE4`).
  /// Past `limit` bytes the text is cut and says how many bytes there were.
  package func visibleText(limit: Int = .max) -> String {
    var text = ""
    for byte in prefix(limit) {
      switch byte {
      case 0x5C: text += "\\\\"
      case ASCII.lineFeed: text += "\\n"
      case ASCII.carriageReturn: text += "\\r"
      case ASCII.tab: text += "\\t"
      case 0x20...0x7E: text.unicodeScalars.append(Unicode.Scalar(byte))
      default: text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return count > limit ? text + "... (\(count) bytes)" : text
  }
}

import ByteText

/// `host[:port]`, as the Host field and the absolute form of a target hold it (RFC 9110, section 7.2; RFC 3986,
/// section 3.2): no user information, no list, no white space.
package enum Authority {
  /// - Parameter portRequired: CONNECT names a port always (RFC 9112, section 3.2.3).
  package static func isValid(_ text: ByteView, portRequired: Bool = false) -> Bool {
    var hostEnd = 0
    if text.first == 0x5B {
      guard let close = text.firstOffset(of: 0x5D), close > 1,
        text.slice(1, close).allSatisfy({ ASCII.hexValue($0) != nil || $0 == 0x3A || $0 == 0x2E }),
        text.slice(1, close).contains(0x3A)
      else { return false }
      hostEnd = close + 1
    } else {
      while hostEnd < text.count, isRegisteredNameOctet(text[hostEnd]) {
        if text[hostEnd] == 0x25, !isEscape(text, at: hostEnd) { return false }
        hostEnd += 1
      }
      guard hostEnd > 0 else { return false }
    }
    if hostEnd == text.count { return !portRequired }
    guard text[hostEnd] == 0x3A else { return false }
    let port = text.slice(hostEnd + 1, text.count)
    // RFC 3986 allows a colon with nothing behind it; 65535 is the largest port there is.
    if port.isEmpty { return !portRequired }
    guard let number = DecimalText.parse(port) else { return false }
    return number <= 65_535
  }

  /// A `%` and two hexadecimal digits stand at `offset`.
  private static func isEscape(_ text: ByteView, at offset: Int) -> Bool {
    offset + 2 < text.count && ASCII.hexValue(text[offset + 1]) != nil && ASCII.hexValue(text[offset + 2]) != nil
  }

  /// unreserved, sub-delims and `%`, without the comma: a list of hosts is refused, not taken for a name.
  private static func isRegisteredNameOctet(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case 0x2D, 0x2E, 0x5F, 0x7E, 0x25: true  // - . _ ~ %
    case 0x21, 0x24, 0x26, 0x27, 0x28, 0x29, 0x2A, 0x2B, 0x3B, 0x3D: true  // ! $ & ' ( ) * + ; =
    default: false
    }
  }
}

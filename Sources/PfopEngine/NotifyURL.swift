import ByteText

/// The syntax of `notifyURL`: an absolute http or https URL with a host (RFC 3986, section 3), or in the dialect `current`
/// the same without its scheme.
package enum NotifyURL {
  package enum Fault: Equatable, Sendable {
    case controlOrSpace
    case scheme
    case host
    case port

    package var explanation: String {
      switch self {
      case .controlOrSpace: "holds a space or a control character"
      case .scheme: "does not begin with http:// or https://"
      case .host: "has no valid host"
      case .port: "has a port that is not a number from 1 to 65535"
      }
    }
  }

  /// What is wrong with `text`; nil when it is a URL as above.
  package static func fault(in text: ByteView, schemeRequired: Bool = true) -> Fault? {
    guard !text.contains(where: { $0 <= ASCII.space || $0 == 0x7F }) else { return .controlOrSpace }
    if !schemeRequired, !hasScheme(text) { return fault(inRest: text) }
    guard let colon = text.firstOffset(of: 0x3A), text.count >= colon + 3,
      text.slice(0, colon).equalsIgnoringCase("http") || text.slice(0, colon).equalsIgnoringCase("https"),
      text.slice(colon + 1, colon + 3).equals("//")
    else { return .scheme }
    return fault(inRest: text.slice(colon + 3, text.count))
  }

  /// A `://` stands behind nothing but what a scheme may hold.
  private static func hasScheme(_ text: ByteView) -> Bool {
    let end = text.firstIndex { !isSchemeOctet($0) } ?? text.count
    return text.slice(end, text.count).starts(with: "://")
  }

  private static func isSchemeOctet(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2D, 0x2E: true  // + - .
    default: false
    }
  }

  private static func fault(inRest rest: ByteView) -> Fault? {
    let end = rest.firstIndex { $0 == 0x2F || $0 == 0x3F || $0 == 0x23 } ?? rest.count
    let hostStart = rest.slice(0, end).lastIndex(of: 0x40).map { $0 + 1 } ?? 0
    return fault(inHostAndPort: rest.slice(hostStart, end))
  }

  private static func fault(inHostAndPort text: ByteView) -> Fault? {
    let hostEnd: Int
    if text.first == 0x5B {
      guard let bracket = text.firstOffset(of: 0x5D), bracket > 1,
        text.slice(1, bracket).allSatisfy({ ASCII.hexValue($0) != nil || $0 == 0x3A || $0 == 0x2E })
      else { return .host }
      hostEnd = bracket + 1
    } else {
      hostEnd = text.firstOffset(of: 0x3A) ?? text.count
      guard hostEnd > 0, text.slice(0, hostEnd).allSatisfy(isHostOctet) else { return .host }
    }
    guard hostEnd < text.count else { return nil }
    guard text[hostEnd] == 0x3A else { return .host }
    guard let port = DecimalText.parse(text.slice(hostEnd + 1, text.count)), 1...65_535 ~= port else { return .port }
    return nil
  }

  /// Octets of a reg-name; those past ASCII are let through for names written in other scripts.
  private static func isHostOctet(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...: true
    case 0x2D, 0x2E, 0x5F, 0x7E, 0x25: true  // - . _ ~ %
    case 0x21, 0x24, 0x26...0x2C, 0x3B, 0x3D: true  // sub-delims
    default: false
    }
  }
}

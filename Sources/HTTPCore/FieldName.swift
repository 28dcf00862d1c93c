import ByteText

/// The field names that this project looks for. Names compare without regard to case (RFC 9110, section 5.1).
package enum FieldName: UInt8, Equatable, Sendable, CaseIterable {
  case authorization, connection, contentLength, contentType, expect, host, origin, transferEncoding, userAgent
  /// Any `X-Qiniu-…`: such fields take part in signatures of the scheme `Qiniu`.
  case qiniu
  case other

  package init(_ name: ByteView) {
    let known: FieldName =
      switch name.count {
      case 4: .host
      case 6: ASCII.lowercased(name[0]) == 0x65 ? .expect : .origin
      case 10: ASCII.lowercased(name[0]) == 0x75 ? .userAgent : .connection
      case 12: .contentType
      case 13: .authorization
      case 14: .contentLength
      case 17: .transferEncoding
      default: .other
      }
    if known != .other, name.equalsIgnoringCase(known.lowercaseName) {
      self = known
    } else if name.count == 9, name.equalsIgnoringCase("useragent") {
      // Qiniu's C SDK leaves the hyphen out.
      self = .userAgent
    } else if name.count > 8, name.slice(0, 8).equalsIgnoringCase("x-qiniu-") {
      self = .qiniu
    } else {
      self = .other
    }
  }

  private var lowercaseName: StaticString {
    switch self {
    case .authorization: "authorization"
    case .connection: "connection"
    case .contentLength: "content-length"
    case .contentType: "content-type"
    case .expect: "expect"
    case .host: "host"
    case .origin: "origin"
    case .transferEncoding: "transfer-encoding"
    case .userAgent: "user-agent"
    case .qiniu: "x-qiniu-"
    case .other: ""
    }
  }
}

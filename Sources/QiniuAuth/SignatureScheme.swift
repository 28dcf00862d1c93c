import ByteText

/// A way to sign a request. The raw value is the name that stands in the `Authorization` field.
package enum SignatureScheme: String, Sendable, CaseIterable {
  /// Covers path, query and the body of a form.
  case qbox = "QBox"
  /// Covers the method, `Host`, `Content-Type` and the `X-Qiniu-` fields as well.
  case qiniu = "Qiniu"

  /// The scheme of that name, in either case (RFC 9110, section 11.1).
  init?(name: ByteView) {
    if name.equalsIgnoringCase("qbox") {
      self = .qbox
    } else if name.equalsIgnoringCase("qiniu") {
      self = .qiniu
    } else {
      return nil
    }
  }

  var other: SignatureScheme {
    switch self {
    case .qbox: .qiniu
    case .qiniu: .qbox
    }
  }
}

/// Which schemes a server accepts: `.qbox` in the dialect `classic`, both in `current`.
package struct AcceptedSchemes: OptionSet, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let qbox = AcceptedSchemes(rawValue: 1)
  package static let qiniu = AcceptedSchemes(rawValue: 2)
  package static let both: AcceptedSchemes = [.qbox, .qiniu]

  package func contains(_ scheme: SignatureScheme) -> Bool {
    switch scheme {
    case .qbox: contains(.qbox as AcceptedSchemes)
    case .qiniu: contains(.qiniu as AcceptedSchemes)
    }
  }

  /// The names, as a sentence needs them.
  var names: String {
    SignatureScheme.allCases.filter { contains($0) }.map(\.rawValue).joined(separator: " and ")
  }
}

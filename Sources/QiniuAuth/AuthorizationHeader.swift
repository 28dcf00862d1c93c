import ByteText

/// The parts of an `Authorization` field, `<scheme> SP <AccessKey>:<sign>`, as views of its value.
struct AuthorizationHeader {
  var scheme: SignatureScheme
  /// Not empty.
  var accessKey: ByteView
  /// Not empty. Of any length: what was signed or written wrong is for the diagnosis to tell.
  var signature: ByteView

  /// - Parameter value: without whitespace around it (RFC 9110, section 5.5).
  /// - Throws: `unknownScheme` or `malformed`.
  init(_ value: ByteView) throws(AuthorizationFault) {
    guard !value.isEmpty else { throw .malformed(.empty) }
    let schemeEnd = Self.schemeCount(of: value)
    guard let scheme = SignatureScheme(name: value.slice(0, schemeEnd)) else {
      let isBareCredential = schemeEnd == value.count && value.firstOffset(of: 0x3A) != nil
      throw isBareCredential ? .malformed(.schemeMissing) : .unknownScheme
    }
    guard schemeEnd < value.count else { throw .malformed(.credentialMissing) }
    let credential = value.slice(schemeEnd + 1, value.count)
    guard value[schemeEnd] == ASCII.space, credential.firstOffset(of: ASCII.space) == nil,
      credential.firstOffset(of: ASCII.tab) == nil
    else { throw .malformed(.whitespace) }
    guard let colon = credential.firstOffset(of: 0x3A) else { throw .malformed(.colonMissing) }
    guard colon > 0 else { throw .malformed(.accessKeyEmpty) }
    guard colon + 1 < credential.count else { throw .malformed(.signatureEmpty) }
    guard credential.firstOffset(of: 0x3A, from: colon + 1) == nil else { throw .malformed(.secondColon) }
    self.scheme = scheme
    accessKey = credential.slice(0, colon)
    signature = credential.slice(colon + 1, credential.count)
  }

  /// The length of what stands in front of the first space or tab.
  static func schemeCount(of value: ByteView) -> Int {
    value.firstIndex { $0 == ASCII.space || $0 == ASCII.tab } ?? value.count
  }
}

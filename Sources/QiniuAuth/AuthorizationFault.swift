/// Why an `Authorization` field proves nothing.
package enum AuthorizationFault: Error, Equatable, Sendable {
  case malformed(Malformation)
  /// Neither QBox nor Qiniu.
  case unknownScheme
  /// A scheme that the server's dialect does not have.
  case schemeNotAccepted(SignatureScheme)
  case unknownAccessKey
  case signatureMismatch
  /// OpenSSL has no SHA-1 or no memory for us: nothing can be signed, so nothing is valid.
  case digestUnavailable

  /// How a field differs from `<scheme> SP <AccessKey>:<sign>`.
  package enum Malformation: Equatable, Sendable {
    case empty
    /// Something with a colon, but no scheme in front of it.
    case schemeMissing
    case credentialMissing
    /// More than the one space, or a tab.
    case whitespace
    case colonMissing
    case accessKeyEmpty
    case signatureEmpty
    /// Three parts, as an upload token has them.
    case secondColon
  }
}

extension AuthorizationFault.Malformation: CustomStringConvertible {
  package var description: String {
    switch self {
    case .empty: "the field is empty"
    case .schemeMissing: "no scheme stands in front of the access key"
    case .credentialMissing: "nothing follows the scheme"
    case .whitespace: "more than one space or tab: exactly one space belongs behind the scheme, none elsewhere"
    case .colonMissing: "no colon between access key and signature"
    case .accessKeyEmpty: "no access key in front of the colon"
    case .signatureEmpty: "no signature behind the colon"
    case .secondColon: "more than one colon, as in an upload token; a request needs <AccessKey>:<sign>"
    }
  }
}

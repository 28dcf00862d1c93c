import ByteText

/// Puts a verdict into words for the person whose client was refused: one line, nothing secret in it.
struct Diagnosis {
  private let verifier: SignatureVerifier
  private let authorization: ByteView?
  private let request: SignedRequest
  private let quotation: Quotation

  /// How much of a signing string is shown, in bytes.
  private static let signingStringLimit = 512

  init(verifier: SignatureVerifier, authorization: ByteView?, request: SignedRequest) {
    self.verifier = verifier
    self.authorization = authorization
    self.request = request
    quotation = Quotation(withholding: verifier.credentials.secrets)
  }

  func text(of verdict: Verdict) -> String {
    switch verdict {
    case .notSent: return "no Authorization was sent"
    case .valid(let account, let variant):
      let accessKey = quotation.quote(verifier.credentials.credential(account)?.accessKey ?? "")
      return "signature of \(accessKey) is valid, \(variant)"
    case .invalid(.malformed(let malformation)):
      return "malformed Authorization: \(malformation)"
    case .invalid(let fault):
      guard let authorization else { return text(of: .notSent) }
      return text(of: fault, authorization)
    }
  }

  private func text(of fault: AuthorizationFault, _ authorization: ByteView) -> String {
    do throws(AuthorizationFault) {
      switch fault {
      case .malformed(let malformation): return "malformed Authorization: \(malformation)"
      case .unknownScheme:
        let scheme = authorization.slice(0, AuthorizationHeader.schemeCount(of: authorization))
        return "unknown scheme \(quotation.quote(scheme, limit: 32)): \(acceptance)"
      case .schemeNotAccepted(let scheme): return try refusedScheme(scheme, AuthorizationHeader(authorization))
      case .unknownAccessKey: return unknownAccessKey(try AuthorizationHeader(authorization))
      case .signatureMismatch: return try mismatch(AuthorizationHeader(authorization))
      case .digestUnavailable: return "OpenSSL could not compute the signature"
      }
    } catch {
      return text(of: .invalid(error))
    }
  }

  private var acceptance: String { "this server accepts \(verifier.acceptedSchemes.names)" }

  private func refusedScheme(_ scheme: SignatureScheme, _ header: AuthorizationHeader) -> String {
    let inner: String
    do throws(AuthorizationFault) {
      inner = text(of: try verifier.verify(header, request: request))
    } catch {
      inner = text(of: .invalid(error))
    }
    return "scheme \(scheme.rawValue) is not accepted, \(acceptance); otherwise: \(inner)"
  }

  private func unknownAccessKey(_ header: AuthorizationHeader) -> String {
    quotation.isSecret(header.accessKey)
      ? "unknown access key: a secret key was sent in its place (keys swapped?)"
      : "unknown access key \(quotation.quote(header.accessKey))"
  }

  private func mismatch(_ header: AuthorizationHeader) throws(AuthorizationFault) -> String {
    guard let account = verifier.account(of: header) else { return unknownAccessKey(header) }
    var buffer = ByteBuffer()
    SigningString(scheme: header.scheme, request: request).append(to: &buffer)
    let signed = quotation.quote(buffer.view, limit: Self.signingStringLimit)
    var finder = SlipFinder(
      verifier: verifier, header: header, request: request, quotation: quotation, account: account)
    let hint =
      switch try finder.find() {
      case .slips(let slips): "likely slip: " + slips.map(\.description).joined(separator: "; ")
      case .none: "no known slip explains it: wrong secret key, or another string signed?"
      case .cutShort: "the request is too long to look for every slip"
      }
    return "signature mismatch: the server signed \(signed); \(hint)"
  }
}

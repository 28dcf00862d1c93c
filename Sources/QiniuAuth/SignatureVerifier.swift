import ByteText

/// Tells who signed a request, and for a bad signature what is likely wrong with it.
///
/// One per event loop: it owns what its HMACs are computed in, and is therefore not Sendable. Verifying a request signed
/// with QBox, or with Qiniu and at most one `X-Qiniu-` field, allocates nothing of Swift's.
package final class SignatureVerifier {
  package let credentials: CredentialTable
  package let acceptedSchemes: AcceptedSchemes
  package let listeningPort: UInt16
  private let message = Place(ByteBuffer(capacity: 1024))

  /// What is kept of the buffer for signing strings after a longer one, in bytes.
  private static let messageCapacity = 65_536

  /// - Parameters:
  ///   - credentials: of equal access keys the first is used, an empty one never.
  ///   - listeningPort: for `SigningVariant.hostWithListeningPort`.
  /// - Throws: `digestUnavailable`.
  package convenience init(
    credentials: [Credential], acceptedSchemes: AcceptedSchemes, listeningPort: UInt16
  ) throws(AuthorizationFault) {
    self.init(
      credentials: try CredentialTable(credentials), acceptedSchemes: acceptedSchemes, listeningPort: listeningPort)
  }

  /// The same, at no cost for each account.
  package init(credentials: CredentialTable, acceptedSchemes: AcceptedSchemes, listeningPort: UInt16) {
    self.credentials = credentials
    self.acceptedSchemes = acceptedSchemes
    self.listeningPort = listeningPort
  }

  /// - Parameter authorization: the field's value without whitespace around it; nil if none was sent. Of several
  ///   fields the caller makes one or refuses the request.
  package func verify(authorization: ByteView?, request: SignedRequest) -> Verdict {
    guard let authorization else { return .notSent }
    do throws(AuthorizationFault) {
      let header = try AuthorizationHeader(authorization)
      guard acceptedSchemes.contains(header.scheme) else { return .invalid(.schemeNotAccepted(header.scheme)) }
      return try verify(header, request: request)
    } catch {
      return .invalid(error)
    }
  }

  /// One line of visible ASCII that says what `verdict` rests on; for a refusal, what the client should look at. It
  /// holds neither a secret nor the signature that would have been right. Slow: for refused requests.
  /// - Parameter verdict: what `verify` said of the same arguments.
  package func explain(_ verdict: Verdict, authorization: ByteView?, request: SignedRequest) -> String {
    Diagnosis(verifier: self, authorization: authorization, request: request).text(of: verdict)
  }

  /// The verdict whatever the accepted schemes.
  func verify(_ header: AuthorizationHeader, request: SignedRequest) throws(AuthorizationFault) -> Verdict {
    guard let account = credentials.index(of: header.accessKey), let key = credentials.key(account) else {
      throw .unknownAccessKey
    }
    for variant in SigningVariant.allCases where variant.applies(to: request, scheme: header.scheme) {
      let string = SigningString(
        scheme: header.scheme, request: request, variant: variant, listeningPort: listeningPort)
      if try SignatureText(digest(of: string, key: key)).matches(header.signature) {
        return .valid(account: account, variant: variant)
      }
    }
    throw .signatureMismatch
  }

  func account(of header: AuthorizationHeader) -> Int? { account(named: header.accessKey) }

  func account(named accessKey: ByteView) -> Int? { credentials.index(of: accessKey) }

  func digest(of message: ByteView, account: Int) throws(AuthorizationFault) -> SHA1Digest {
    guard let key = credentials.key(account) else { throw .unknownAccessKey }
    return try key.digest(of: message)
  }

  func digest(of string: SigningString, key: HMACKey) throws(AuthorizationFault) -> SHA1Digest {
    defer { message.value.removeAll(keepingUpTo: Self.messageCapacity) }
    string.append(to: &message.value)
    return try key.digest(of: message.value.view)
  }
}

import ByteText

/// Tells who signed a request, and for a bad signature what is likely wrong with it.
///
/// One per event loop: it owns what its HMACs are computed in, and is therefore not Sendable. Verifying a request signed
/// with QBox, or with Qiniu and at most one `X-Qiniu-` field, allocates nothing of Swift's.
package final class SignatureVerifier {
  package let credentials: [Credential]
  package let acceptedSchemes: AcceptedSchemes
  package let listeningPort: UInt16
  /// One for each of `credentials`.
  let keys: [HMACKey]
  private let accounts: AccessKeyTable
  private let message = Place(ByteBuffer(capacity: 1024))

  /// What is kept of the buffer for signing strings after a longer one, in bytes.
  private static let messageCapacity = 65_536

  /// - Parameters:
  ///   - credentials: of equal access keys the first is used, an empty one never.
  ///   - listeningPort: for `SigningVariant.hostWithListeningPort`.
  /// - Throws: `digestUnavailable`.
  package init(
    credentials: [Credential], acceptedSchemes: AcceptedSchemes, listeningPort: UInt16
  ) throws(AuthorizationFault) {
    var keys: [HMACKey] = []
    for credential in credentials { keys.append(try HMACKey(secret: credential.secretKey)) }
    self.credentials = credentials
    self.acceptedSchemes = acceptedSchemes
    self.listeningPort = listeningPort
    self.keys = keys
    accounts = AccessKeyTable(credentials.map(\.accessKey))
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
    guard let account = accounts.index(of: header.accessKey) else { throw .unknownAccessKey }
    for variant in SigningVariant.allCases where variant.applies(to: request, scheme: header.scheme) {
      let string = SigningString(
        scheme: header.scheme, request: request, variant: variant, listeningPort: listeningPort)
      if try SignatureText(digest(of: string, key: keys[account])).matches(header.signature) {
        return .valid(account: account, variant: variant)
      }
    }
    throw .signatureMismatch
  }

  func account(of header: AuthorizationHeader) -> Int? { account(named: header.accessKey) }

  func account(named accessKey: ByteView) -> Int? { accounts.index(of: accessKey) }

  func digest(of message: ByteView, key: HMACKey) throws(AuthorizationFault) -> SHA1Digest {
    try key.digest(of: message)
  }

  func digest(of string: SigningString, key: HMACKey) throws(AuthorizationFault) -> SHA1Digest {
    defer { message.value.removeAll(keepingUpTo: Self.messageCapacity) }
    string.append(to: &message.value)
    return try key.digest(of: message.value.view)
  }
}

import ByteText

/// Looks for the mistake that makes a right signature of a wrong one: computes what a client would have sent had it
/// made each known slip, and compares.
struct SlipFinder: ~Copyable {
  enum Finding {
    /// What the client did, in combination.
    case slips([Slip])
    case none
    /// The request is too long to try everything.
    case cutShort
  }

  private let verifier: SignatureVerifier
  private let header: AuthorizationHeader
  private let request: SignedRequest
  private let quotation: Quotation
  private let account: Int
  /// In bytes still to be hashed: a bad token must not hold up an event loop for more than some 10 ms.
  private var budget = 4 << 20

  /// In bytes of target and body together. The search would copy a longer request many times.
  private static let longestRequest = 65_536

  /// Of so many accounts the keys are tried, the oldest: with thousands of them a wrong signature costs no more.
  private static let accountLimit = 256

  /// - Parameter account: the one that the header names.
  init(
    verifier: SignatureVerifier, header: AuthorizationHeader, request: SignedRequest, quotation: Quotation,
    account: Int
  ) {
    self.verifier = verifier
    self.header = header
    self.request = request
    self.quotation = quotation
    self.account = account
  }

  /// - Throws: `digestUnavailable`.
  mutating func find() throws(AuthorizationFault) -> Finding {
    guard request.target.count + request.body.count <= Self.longestRequest else { return .cutShort }
    guard let key = verifier.credentials.key(account) else { return .none }
    for variant in variants(of: header.scheme) {
      let alternatives = SlipAlternatives(string(header.scheme, variant), verifier.listeningPort, quotation)
      defer { extendLifetime(alternatives) }
      for alternative in alternatives.all {
        if let slips = try match(alternative.string, key, alternative.slips) { return .slips(slips) }
      }
    }
    for variant in variants(of: header.scheme.other) {
      let slip = Slip.otherScheme(header.scheme.other)
      if let slips = try match(string(header.scheme.other, variant), key, [slip]) { return .slips(slips) }
    }
    if let slips = try foreignKey() { return .slips(slips) }
    return budget > 0 ? .none : .cutShort
  }

  /// The slips of having signed with another key than the account's.
  private mutating func foreignKey() throws(AuthorizationFault) -> [Slip]? {
    guard let own = verifier.credentials.credential(account) else { return nil }
    let mistaken = [(own.secretKey + "\n", Slip.secretWithNewline), (own.accessKey, .accessKeyAsSecret)]
    for variant in variants(of: header.scheme) {
      let string = string(header.scheme, variant)
      for (secret, slip) in mistaken {
        if let slips = try match(string, HMACKey(secret: secret), [slip]) { return slips }
      }
      for index in verifier.credentials.indices.prefix(Self.accountLimit) where index != account {
        guard let other = verifier.credentials.credential(index), other != own,
          let key = verifier.credentials.key(index), let slips = try match(string, key, [])
        else { continue }
        return [.otherAccount(accessKey: quotation.quote(other.accessKey))] + slips
      }
    }
    return nil
  }

  /// The slips, if `string` signed with `key` reads as what was sent; one more if that is encoded otherwise.
  private mutating func match(
    _ string: SigningString, _ key: HMACKey, _ slips: [Slip]
  ) throws(AuthorizationFault) -> [Slip]? {
    guard budget > 0 else { return nil }
    let digest = try verifier.digest(of: string, key: key)
    budget -= string.request.target.count + string.request.body.count + 512
    guard let encoding = SignatureEncoding(of: header.signature, for: digest) else { return nil }
    return encoding == .urlSafe ? slips : slips + [.encoding(encoding)]
  }

  private func variants(of scheme: SignatureScheme) -> [SigningVariant] {
    SigningVariant.allCases.filter { $0.applies(to: request, scheme: scheme) }
  }

  private func string(_ scheme: SignatureScheme, _ variant: SigningVariant) -> SigningString {
    SigningString(scheme: scheme, request: request, variant: variant, listeningPort: verifier.listeningPort)
  }
}

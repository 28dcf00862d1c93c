import COpenSSL

/// Signs certificates for servers of this machine; clients that trust it trust them.
package final class CertificateAuthority: Sendable {
  private let identity: TLSIdentity
  /// The certificate that clients have to trust, in PEM.
  package let certificatePEM: [UInt8]

  /// Seconds. Ten years for the authority, and for a server as much as the pickiest clients allow: 397 days.
  private static let ownLifetime: Int64 = 3650 * 86_400
  private static let serverLifetime: Int64 = 397 * 86_400
  /// A client's clock may be an hour behind.
  private static let clockTolerance: Int64 = 3600
  /// An authority that ends within so many seconds is not used any more: what it signs has to last for a while.
  private static let leastRest: Int64 = 30 * 86_400

  private init(_ identity: TLSIdentity) throws(TLSError) {
    self.identity = identity
    certificatePEM = try identity.certificatePEM
  }

  /// Makes a new one.
  /// - Parameter now: seconds since 1970.
  package convenience init(commonName: String, now: Int64) throws(TLSError) {
    let draft = CertificateDraft(
      commonName: commonName,
      validity: now - CertificateAuthority.clockTolerance...now + CertificateAuthority.ownLifetime,
      extensions: CertificateDraft.authority)
    try self.init(try draft.sign(by: nil))
  }

  /// The one whose certificate and private key are in `pem`.
  /// - Throws: `TLSError` that says what is damaged or missing.
  package convenience init(pem: [UInt8]) throws(TLSError) {
    let identity = try TLSIdentity(pem: pem)
    guard X509_check_ca(identity.certificate) == 1, X509_verify(identity.certificate, identity.key) == 1 else {
      throw .last("the certificate is none of an authority")
    }
    try self.init(identity)
  }

  package enum Validity: Sendable {
    case notYet, lasting
    /// It has expired, or is about to.
    case ending
  }

  /// Whether it can sign certificates that clients take.
  /// - Parameter now: seconds since 1970.
  package func validity(at now: Int64) -> Validity {
    var (beginning, end) = (time_t(now), time_t(now + CertificateAuthority.leastRest))
    // −1 and 1 for a date before and after the other; 0 for one that cannot be read.
    if X509_cmp_time(X509_get0_notBefore(identity.certificate), &beginning) >= 0 { return .notYet }
    return X509_cmp_time(X509_get0_notAfter(identity.certificate), &end) > 0 ? .lasting : .ending
  }

  /// Certificate and private key in PEM: to be kept as a secret.
  package var pem: [UInt8] {
    get throws(TLSError) { try identity.keyPEM + certificatePEM }
  }

  /// Makes a certificate for a server.
  /// - Parameter names: names, with or without `*.` in front, and addresses; at least one, and no comma in any.
  package func issue(for names: [String], now: Int64) throws(TLSError) -> TLSIdentity {
    let draft = CertificateDraft(
      commonName: names[0],
      validity: now - CertificateAuthority.clockTolerance...now + CertificateAuthority.serverLifetime,
      alternativeNames: names, extensions: CertificateDraft.server)
    return try draft.sign(by: identity)
  }
}

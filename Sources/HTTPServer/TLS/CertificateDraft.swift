import COpenSSL

/// A certificate that is being made: X.509 version 3 with a key of its own, on the curve P-256.
struct CertificateDraft {
  var commonName: String
  /// Seconds since 1970, both included.
  var validity: ClosedRange<Int64>
  /// Names and addresses that it is for.
  var alternativeNames: [String] = []
  /// As OpenSSL's configuration files spell them.
  var extensions: [(id: Int32, value: String)]

  static let authority: [(id: Int32, value: String)] = [
    (NID_basic_constraints, "critical,CA:TRUE,pathlen:0"), (NID_key_usage, "critical,keyCertSign,cRLSign"),
    (NID_subject_key_identifier, "hash"),
  ]
  static let server: [(id: Int32, value: String)] = [
    (NID_basic_constraints, "critical,CA:FALSE"), (NID_key_usage, "critical,digitalSignature"),
    (NID_ext_key_usage, "serverAuth"), (NID_subject_key_identifier, "hash"),
    (NID_authority_key_identifier, "keyid:always"),
  ]

  /// - Parameter issuer: who signs it; nil for itself.
  func sign(by issuer: TLSIdentity?) throws(TLSError) -> TLSIdentity {
    ERR_clear_error()
    guard let certificate = X509_new() else { throw .last("no certificate") }
    guard let key = COpenSSL_makeKey() else {
      X509_free(certificate)
      throw .last("no private key")
    }
    let identity = TLSIdentity(certificate: certificate, key: key)
    let issuer = issuer ?? identity
    // The number 2 stands for version 3.
    try CertificateDraft.check(X509_set_version(certificate, 2))
    try CertificateDraft.check(CertificateDraft.setSerialNumber(of: certificate))
    try CertificateDraft.check(
      X509_NAME_add_entry_by_NID(
        X509_get_subject_name(certificate), NID_commonName, MBSTRING_UTF8, Array(commonName.utf8),
        Int32(commonName.utf8.count), -1, 0))
    try CertificateDraft.check(X509_set_issuer_name(certificate, X509_get_subject_name(issuer.certificate)))
    guard ASN1_TIME_set(X509_getm_notBefore(certificate), Int(validity.lowerBound)) != nil,
      ASN1_TIME_set(X509_getm_notAfter(certificate), Int(validity.upperBound)) != nil
    else { throw .last("no date") }
    try CertificateDraft.check(X509_set_pubkey(certificate, key))
    var all = extensions
    if !alternativeNames.isEmpty { all.append((NID_subject_alt_name, alternativeNamesText)) }
    for (id, value) in all { try add(id, value, to: certificate, by: issuer) }
    // The length of the signature, not one.
    guard X509_sign(certificate, issuer.key, EVP_sha256()) > 0 else { throw .last("no signature") }
    return identity
  }

  private var alternativeNamesText: String {
    alternativeNames.map { name in
      guard let address = a2i_IPADDRESS(name) else {
        ERR_clear_error()
        return "DNS:\(name)"
      }
      ASN1_OCTET_STRING_free(address)
      return "IP:\(name)"
    }.joined(separator: ",")
  }

  private func add(
    _ id: Int32, _ value: String, to certificate: OpaquePointer, by issuer: TLSIdentity
  ) throws(TLSError) {
    var context = X509V3_CTX()
    X509V3_set_ctx(&context, issuer.certificate, certificate, nil, nil, 0)
    guard let made = X509V3_EXT_conf_nid(nil, &context, id, value) else { throw .last("no extension \(value)") }
    defer { X509_EXTENSION_free(made) }
    try CertificateDraft.check(X509_add_ext(certificate, made, -1))
  }

  /// A random one: no two certificates of one issuer may have the same (RFC 5280, section 4.1.2.2).
  private static func setSerialNumber(of certificate: OpaquePointer) -> Int32 {
    var octets = [UInt8](repeating: 0, count: 16)
    guard RAND_bytes(&octets, Int32(octets.count)) == 1, let number = BN_bin2bn(octets, Int32(octets.count), nil) else {
      return 0
    }
    defer { BN_free(number) }
    return BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) == nil ? 0 : 1
  }

  private static func check(_ result: Int32) throws(TLSError) {
    guard result == 1 else { throw .last("no certificate") }
  }
}

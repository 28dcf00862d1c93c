import COpenSSL

/// Certificates and keys in PEM (RFC 7468).
enum PEM {
  /// The certificates in the order in which they come; what is no certificate is passed over.
  /// - Parameter unusable: what is told if there is none, or one is damaged.
  /// - Returns: at least one; each is the caller's to free.
  static func certificates(in pem: [UInt8], orFail unusable: String) throws(TLSError) -> [OpaquePointer] {
    ERR_clear_error()
    var certificates: [OpaquePointer] = []
    read(pem) { source in
      while let next = PEM_read_bio_X509_AUX(source, nil, nil, nil) { certificates.append(next) }
    }
    let reason = ERR_GET_REASON(ERR_peek_last_error())
    // That there is no further one is an error too.
    guard reason == PEM_R_NO_START_LINE, !certificates.isEmpty else {
      for certificate in certificates { X509_free(certificate) }
      throw .last(unusable)
    }
    ERR_clear_error()
    return certificates
  }

  /// - Returns: the first private key without a passphrase, which is the caller's to free; nil with OpenSSL's reason if
  ///   there is none.
  static func privateKey(in pem: [UInt8]) -> OpaquePointer? {
    // Without the callback OpenSSL would ask at the terminal for a passphrase.
    read(pem) { PEM_read_bio_PrivateKey($0, nil, { _, _, _, _ in -1 }, nil) }
  }

  /// - Returns: the first certificate, which is the caller's to free; nil with OpenSSL's reason if there is none.
  static func certificate(in pem: [UInt8]) -> OpaquePointer? {
    read(pem) { PEM_read_bio_X509($0, nil, nil, nil) }
  }

  /// - Returns: nil without memory.
  @discardableResult
  private static func read<Result>(_ pem: [UInt8], _ body: (OpaquePointer) -> Result?) -> Result? {
    pem.withUnsafeBytes { bytes in
      guard let source = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else { return nil }
      defer { BIO_free(source) }
      return body(source)
    }
  }
}

import COpenSSL

/// A certificate and its private key.
///
/// Sendable although it holds pointers: both are set once, and nothing changes what they point to.
package final class TLSIdentity: @unchecked Sendable {
  let certificate: OpaquePointer
  let key: OpaquePointer

  /// Takes over both.
  init(certificate: OpaquePointer, key: OpaquePointer) {
    self.certificate = certificate
    self.key = key
  }

  deinit {
    X509_free(certificate)
    EVP_PKEY_free(key)
  }

  /// Reads both from PEM, in any order.
  /// - Throws: `TLSError` that says what is missing, or that they do not belong together.
  convenience init(pem: [UInt8]) throws(TLSError) {
    ERR_clear_error()
    guard let certificate = PEM.certificate(in: pem) else {
      throw .last("no certificate")
    }
    guard let key = PEM.privateKey(in: pem) else {
      X509_free(certificate)
      throw .last("no private key")
    }
    self.init(certificate: certificate, key: key)
    guard X509_check_private_key(certificate, key) == 1 else {
      throw .last("the private key is not the certificate's")
    }
  }

  /// The certificate in PEM.
  package var certificatePEM: [UInt8] {
    get throws(TLSError) { try TLSIdentity.write { PEM_write_bio_X509($0, certificate) } }
  }

  /// The private key in PEM (PKCS #8), without a passphrase.
  var keyPEM: [UInt8] {
    get throws(TLSError) {
      try TLSIdentity.write { PEM_write_bio_PKCS8PrivateKey($0, key, nil, nil, 0, nil, nil) }
    }
  }

  private static func write(_ write: (OpaquePointer) -> Int32) throws(TLSError) -> [UInt8] {
    guard let sink = BIO_new(BIO_s_mem()) else { throw .last("no PEM") }
    defer { BIO_free(sink) }
    guard write(sink) == 1 else { throw .last("no PEM") }
    var octets = [UInt8](repeating: 0, count: BIO_ctrl_pending(sink))
    let count = BIO_read(sink, &octets, Int32(clamping: octets.count))
    guard count == octets.count else { throw .last("no PEM") }
    return octets
  }
}

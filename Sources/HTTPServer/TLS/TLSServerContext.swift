import COpenSSL

/// What all TLS connections of a server have in common: its certificate, and how TLS is spoken. Whatever name a client
/// asks for, it is shown the same certificate.
///
/// Sendable although it holds a pointer: that is set once, and OpenSSL lets threads share what it points to.
package final class TLSServerContext: @unchecked Sendable {
  private let context: OpaquePointer

  private init() throws(TLSError) {
    ERR_clear_error()
    guard let context = SSL_CTX_new(TLS_server_method()) else { throw .last("no TLS") }
    self.context = context
    guard COpenSSL_limitVersions(context, TLS1_2_VERSION) == 1 else { throw .last("no TLS") }
    COpenSSL_setUpServer(context)
    TLSTransport.setMode(of: context)
  }

  deinit { SSL_CTX_free(context) }

  package convenience init(_ identity: TLSIdentity) throws(TLSError) {
    try self.init()
    guard SSL_CTX_use_certificate(context, identity.certificate) == 1,
      SSL_CTX_use_PrivateKey(context, identity.key) == 1
    else { throw .last("the certificate cannot be used") }
  }

  /// - Parameters:
  ///   - certificate: PEM; the certificate first, then those that lead to one that clients trust.
  ///   - key: PEM, without a passphrase; it may be the same text.
  ///   - names: of the files that these have come from, for messages.
  /// - Throws: `TLSError`, which names the file.
  package convenience init(
    certificate: [UInt8], key: [UInt8], names: (certificate: String, key: String)
  ) throws(TLSError) {
    try self.init()
    let unusable = "\(names.certificate): no certificate in PEM can be read from it"
    let chain = try PEM.certificates(in: certificate, orFail: unusable)
    defer { chain.forEach { X509_free($0) } }
    guard SSL_CTX_use_certificate(context, chain[0]) == 1 else { throw .last(unusable) }
    for issuer in chain.dropFirst() {
      guard COpenSSL_addToChain(context, issuer) == 1 else { throw .last(unusable) }
    }
    let privateKey = PEM.privateKey(in: key)
    defer { EVP_PKEY_free(privateKey) }
    guard let privateKey, SSL_CTX_use_PrivateKey(context, privateKey) == 1 else {
      throw .last(
        "\(names.key): no private key in PEM, without a passphrase and for the certificate of \(names.certificate), "
          + "can be read from it")
    }
  }

  /// The server's side of a connection over a socket, which stays the caller's.
  func accept(_ descriptor: Int32) throws(TLSError) -> TLSStream {
    guard let connection = SSL_new(context) else { throw .last("no TLS") }
    let stream = TLSStream(connection, context: self)
    try TLSTransport.attach(connection, to: descriptor)
    SSL_set_accept_state(connection)
    return stream
  }
}

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
  ///   - certificateFile: PEM; the certificate first, then those that lead to one that clients trust.
  ///   - keyFile: PEM, without a passphrase; it may be the same file.
  /// - Throws: `TLSError`, which names the file.
  package convenience init(certificateFile: String, keyFile: String) throws(TLSError) {
    try self.init()
    // Otherwise OpenSSL asks whoever sits at the terminal.
    SSL_CTX_set_default_passwd_cb(context) { _, _, _, _ in -1 }
    guard SSL_CTX_use_certificate_chain_file(context, certificateFile) == 1 else {
      throw .last("\(certificateFile): no certificate in PEM can be read from it")
    }
    guard SSL_CTX_use_PrivateKey_file(context, keyFile, SSL_FILETYPE_PEM) == 1 else {
      throw .last(
        "\(keyFile): no private key in PEM, without a passphrase and for the certificate of \(certificateFile), "
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

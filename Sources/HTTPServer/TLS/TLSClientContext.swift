import COpenSSL

/// What all TLS connections of a client have in common: whom it trusts, and that it trusts nobody else.
///
/// Sendable although it holds a pointer: that is set once, and OpenSSL lets threads share what it points to.
final class TLSClientContext: @unchecked Sendable {
  private let context: OpaquePointer

  /// - Parameter own: certificates in PEM to trust beside those that the machine trusts, and the name of their file for
  ///   messages; nil for none.
  /// - Throws: `TLSError`, which names the file if that is the reason.
  init(trusting own: (pem: [UInt8], file: String)?) throws(TLSError) {
    guard let context = SSL_CTX_new(TLS_client_method()) else { throw .last("no TLS") }
    self.context = context
    guard COpenSSL_limitVersions(context, TLS1_2_VERSION) == 1, SSL_CTX_set_default_verify_paths(context) == 1 else {
      throw .last("no TLS")
    }
    if let own {
      let unusable = "\(own.file): no certificate can be read from it"
      let certificates = try PEM.certificates(in: own.pem, orFail: unusable)
      defer { certificates.forEach { X509_free($0) } }
      for certificate in certificates {
        guard X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate) == 1 else { throw .last(unusable) }
      }
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
    TLSTransport.setMode(of: context)
  }

  deinit { SSL_CTX_free(context) }

  /// A connection to `serverName` over a socket, which stays the caller's.
  /// - Parameter serverName: the name or address that the peer's certificate has to be for.
  func connect(_ descriptor: Int32, to serverName: String) throws(TLSError) -> TLSStream {
    guard let connection = SSL_new(context) else { throw .last("no TLS") }
    let stream = TLSStream(connection, context: self)
    try TLSTransport.attach(connection, to: descriptor)
    let parameters = SSL_get0_param(connection)
    if X509_VERIFY_PARAM_set1_ip_asc(parameters, serverName) != 1 {
      ERR_clear_error()
      // An address is no name to ask for (RFC 6066, section 3).
      guard X509_VERIFY_PARAM_set1_host(parameters, serverName, 0) == 1,
        COpenSSL_setServerName(connection, serverName) == 1
      else { throw .last("\(serverName) is no name of a server") }
    }
    SSL_set_connect_state(connection)
    return stream
  }
}

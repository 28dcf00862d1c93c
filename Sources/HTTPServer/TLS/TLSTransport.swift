import COpenSSL

/// How OpenSSL reaches the sockets of this process.
enum TLSTransport {
  /// One for all: OpenSSL has numbers for some hundred kinds of transport in a process. Sound, since it is made once,
  /// never changed and never freed.
  private nonisolated(unsafe) static let method = COpenSSL_makeTransport()

  /// Lets a connection use a socket, which stays the caller's.
  static func attach(_ connection: OpaquePointer, to descriptor: Int32) throws(TLSError) {
    guard let method, COpenSSL_attach(connection, method, descriptor) == 1 else { throw .last("no TLS") }
  }

  /// A buffer that moved between two tries to send is the rule here, and an idle connection is to be small.
  static func setMode(of context: OpaquePointer) {
    COpenSSL_setMode(
      context,
      Int(SSL_MODE_ENABLE_PARTIAL_WRITE) | Int(SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER) | Int(SSL_MODE_RELEASE_BUFFERS))
  }
}

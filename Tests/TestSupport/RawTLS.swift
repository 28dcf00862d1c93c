import COpenSSL
import Glibc

/// The client's side of a TLS connection, without any socket: octets in, octets out. One thread may encrypt while another
/// one decrypts.
package final class RawTLS {
  package struct Settings: Sendable {
    /// The only one to speak; nil for whatever there is.
    package var version: Version?
    /// The name to ask for; nil for none.
    package var serverName: String?
    /// The certificate in PEM that has to have signed the server's; nil for not looking at it.
    package var trusted: [UInt8]?
    /// The name or address that the certificate has to be for.
    package var verifiedName: String?
    /// The session to go on with.
    package var session: Session?

    package init() {}
  }

  package enum Version: Sendable {
    case tls10, tls11, tls12, tls13

    fileprivate var number: Int32 {
      switch self {
      case .tls10: TLS1_VERSION
      case .tls11: TLS1_1_VERSION
      case .tls12: TLS1_2_VERSION
      case .tls13: TLS1_3_VERSION
      }
    }
  }

  /// What two connections can have in common.
  package final class Session: @unchecked Sendable {
    // Sound: the pointer is set once, and OpenSSL lets threads share what it points to.
    fileprivate let pointer: OpaquePointer
    fileprivate init(_ pointer: OpaquePointer) { self.pointer = pointer }
    deinit { SSL_SESSION_free(pointer) }
  }

  package enum Decrypted {
    case octets([UInt8])
    case needsMore
    /// The peer has said that nothing more comes.
    case ended
  }

  private let connection: OpaquePointer
  private let input: OpaquePointer
  private let output: OpaquePointer
  private let tickets = Tickets()
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

  /// OpenSSL tells of tickets by a function without context: that hangs on the connection.
  private final class Tickets {
    var count = 0
    var session: Session?
  }

  package init(_ settings: Settings) throws {
    guard let context = Context.shared.pointer, let connection = SSL_new(context), let input = BIO_new(BIO_s_mem()),
      let output = BIO_new(BIO_s_mem()),
      COpenSSL_setVersion(connection, settings.version?.number ?? 0) == 1
    else { throw RawTLS.failure() }
    self.connection = connection
    self.input = input
    self.output = output
    pthread_mutex_init(lock, nil)
    SSL_set_bio(connection, input, output)
    SSL_set_connect_state(connection)
    SSL_set_ex_data(connection, 0, Unmanaged.passUnretained(tickets).toOpaque())
    if let name = settings.serverName { _ = COpenSSL_setServerName(connection, name) }
    if let session = settings.session { SSL_set_session(connection, session.pointer) }
    if let trusted = settings.trusted { try trust(trusted, for: settings.verifiedName) }
  }

  /// What all connections have in common; making it takes longer than shaking hands does.
  private final class Context: @unchecked Sendable {
    // Sound: the pointer is set once, and OpenSSL lets threads share what it points to.
    let pointer: OpaquePointer?

    static let shared = Context()

    private init() {
      pointer = SSL_CTX_new(TLS_client_method())
      guard let pointer else { return }
      // So that it offers what a server of today refuses.
      SSL_CTX_set_security_level(pointer, 0)
      COpenSSL_keepSessions(pointer)
      SSL_CTX_sess_set_new_cb(pointer) { connection, session in
        guard let connection, let session, let data = SSL_get_ex_data(connection, 0) else { return 0 }
        let tickets = Unmanaged<Tickets>.fromOpaque(data).takeUnretainedValue()
        tickets.count += 1
        tickets.session = Session(session)
        return 1
      }
    }
  }

  deinit {
    SSL_free(connection)
    pthread_mutex_destroy(lock)
    lock.deallocate()
  }

  private func trust(_ pem: [UInt8], for name: String?) throws {
    guard let store = X509_STORE_new() else { throw RawTLS.failure() }
    defer { X509_STORE_free(store) }
    let source = BIO_new_mem_buf(pem, Int32(pem.count))
    defer { BIO_free(source) }
    guard let certificate = PEM_read_bio_X509(source, nil, nil, nil) else { throw RawTLS.failure() }
    defer { X509_free(certificate) }
    X509_STORE_add_cert(store, certificate)
    COpenSSL_trust(connection, store)
    SSL_set_verify(connection, SSL_VERIFY_PEER, nil)
    guard let name else { return }
    let parameters = SSL_get0_param(connection)
    if X509_VERIFY_PARAM_set1_ip_asc(parameters, name) != 1 { X509_VERIFY_PARAM_set1_host(parameters, name, 0) }
  }

  // MARK: - The handshake

  /// The first thing that a client sends.
  package static func greeting() throws -> [UInt8] {
    let tls = try RawTLS(Settings())
    _ = try tls.shakeHands()
    return tls.takeOutput()
  }

  /// - Returns: true when it is done; otherwise more input is needed. There may be output either way.
  func shakeHands() throws -> Bool {
    try locked {
      let result = SSL_do_handshake(connection)
      if result == 1 { return true }
      if SSL_get_error(connection, result) == SSL_ERROR_WANT_READ { return false }
      let verdict = SSL_get_verify_result(connection)
      if verdict == X509_V_OK { throw RawTLS.failure() }
      throw RawClient.Failure.tls(String(cString: X509_verify_cert_error_string(verdict)))
    }
  }

  var version: String { String(cString: SSL_get_version(connection)) }
  var isResumed: Bool { SSL_session_reused(connection) == 1 }
  var ticketCount: Int { locked { tickets.count } }
  var session: Session? { locked { tickets.session } }

  func beginRenegotiation() throws -> [UInt8] {
    try locked {
      guard SSL_renegotiate(connection) == 1 else { throw RawTLS.failure() }
      _ = SSL_do_handshake(connection)
      return drain()
    }
  }

  // MARK: - Octets

  /// What is to be sent to the peer.
  func takeOutput() -> [UInt8] { locked { drain() } }

  func feed(_ octets: [UInt8]) { locked { _ = BIO_write(input, octets, Int32(octets.count)) } }

  func encrypt(_ octets: [UInt8]) throws -> [UInt8] {
    if octets.isEmpty { return [] }
    return try locked {
      guard SSL_write(connection, octets, Int32(octets.count)) == octets.count else { throw RawTLS.failure() }
      return drain()
    }
  }

  func decrypt() throws -> Decrypted {
    try locked {
      var chunk = [UInt8](repeating: 0, count: 16 << 10)
      let count = SSL_read(connection, &chunk, Int32(chunk.count))
      if count > 0 { return .octets(Array(chunk[..<Int(count)])) }
      switch SSL_get_error(connection, count) {
      case SSL_ERROR_WANT_READ: return .needsMore
      case SSL_ERROR_ZERO_RETURN: return .ended
      default: throw RawTLS.failure()
      }
    }
  }

  /// The farewell (close_notify).
  func finish() -> [UInt8] {
    locked {
      _ = SSL_shutdown(connection)
      return drain()
    }
  }

  private func drain() -> [UInt8] {
    var octets = [UInt8](repeating: 0, count: BIO_ctrl_pending(output))
    let count = BIO_read(output, &octets, Int32(octets.count))
    return Array(octets.prefix(Int(max(count, 0))))
  }

  private func locked<Result>(_ body: () throws -> Result) rethrows -> Result {
    pthread_mutex_lock(lock)
    ERR_clear_error()
    defer {
      ERR_clear_error()
      pthread_mutex_unlock(lock)
    }
    return try body()
  }

  private static func failure() -> RawClient.Failure {
    defer { ERR_clear_error() }
    return .tls(ERR_reason_error_string(ERR_peek_last_error()).map { String(cString: $0) } ?? "?")
  }
}

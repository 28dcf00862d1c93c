import ByteText
import COpenSSL
import Glibc

/// One TLS connection on a socket that does not block.
final class TLSStream {
  private let connection: OpaquePointer
  /// Keeps what the connection was made of.
  private let context: AnyObject
  /// What the last call that would have blocked waits for: either direction may need the other.
  private(set) var awaited = Readiness.input
  /// Why the last call failed.
  private(set) var failure = ""
  /// There is something to receive that the socket will not tell of: it has been taken from it already.
  private(set) var hasUnread = false
  /// How receiving has ended, if it has: that is told behind all that came before.
  private var ending: TransferResult?
  private var hasFailed = false

  /// Takes over the connection.
  init(_ connection: OpaquePointer, context: AnyObject) {
    self.connection = connection
    self.context = context
  }

  deinit { SSL_free(connection) }

  enum Handshake: Equatable {
    case done
    /// `awaited` says what for.
    case wouldBlock
    /// `failure` says why.
    case failed
  }

  func handshake() -> Handshake {
    ERR_clear_error()
    let result = SSL_do_handshake(connection)
    if result == 1 {
      awaited = .input
      // What follows the peer's last message may have come with it.
      hasUnread = SSL_has_pending(connection) == 1
      return .done
    }
    switch outcome(of: result) {
    case .wouldBlock: return .wouldBlock
    case .transferred, .ended, .failed:
      let verdict = SSL_get_verify_result(connection)
      if verdict != X509_V_OK {
        failure = "the certificate is not trusted: \(String(cString: X509_verify_cert_error_string(verdict)))"
      }
      return .failed
    }
  }

  /// Receives as many records as there are and as fit.
  func receive(into buffer: UnsafeMutableRawBufferPointer) -> TransferResult {
    if let ending { return ending }
    var received = 0
    hasUnread = true
    while received < buffer.count {
      ERR_clear_error()
      let count = SSL_read(
        connection, buffer.baseAddress.map { $0 + received }, Int32(clamping: buffer.count - received))
      if count > 0 {
        awaited = .input
        received += Int(count)
        hasUnread = SSL_has_pending(connection) == 1
        if hasUnread { continue } else { break }
      }
      let result = outcome(of: count)
      switch result {
      case .wouldBlock:
        // The rest of a record that has been taken in part comes from the socket.
        hasUnread = false
      case .ended, .failed, .transferred: ending = result
      }
      return received > 0 ? .transferred(received) : result
    }
    return .transferred(received)
  }

  /// Sends until all is sent or nothing more can be; what is left begins the next call, from wherever it has moved to.
  /// - Parameter bytes: not empty.
  func send(_ bytes: ByteView) -> TransferResult {
    var sent = 0
    while sent < bytes.count {
      ERR_clear_error()
      let count = SSL_write(connection, bytes.baseAddress.map { $0 + sent }, Int32(clamping: bytes.count - sent))
      guard count > 0 else {
        // What has failed fails again, and is told then.
        let result = sendingOutcome(of: count)
        return sent > 0 ? .transferred(sent) : result
      }
      sent += Int(count)
    }
    awaited = .input
    return .transferred(sent)
  }

  /// Says that nothing more is sent (close_notify), without waiting for an answer to that. Says nothing where no hands
  /// were shaken, or where the connection has failed.
  /// - Returns: false if there is no room for it; it is to be called again then, once `awaited` is ready.
  @discardableResult
  func finish() -> Bool {
    guard !hasFailed, SSL_is_init_finished(connection) == 1 else { return true }
    ERR_clear_error()
    let result = SSL_shutdown(connection)
    defer { ERR_clear_error() }
    guard result < 0, SSL_get_error(connection, result) == SSL_ERROR_WANT_WRITE else { return true }
    awaited = .output
    return false
  }

  /// A peer that has finished sending and then breaks the connection looks to OpenSSL like one that has only finished.
  private func sendingOutcome(of result: Int32) -> TransferResult {
    switch outcome(of: result) {
    case .wouldBlock: return .wouldBlock
    case .transferred, .ended: return fail("the peer has gone", EPIPE)
    case .failed(let error): return .failed(error)
    }
  }

  private func outcome(of result: Int32) -> TransferResult {
    switch SSL_get_error(connection, result) {
    case SSL_ERROR_WANT_READ:
      awaited = .input
      return .wouldBlock
    case SSL_ERROR_WANT_WRITE:
      awaited = .output
      return .wouldBlock
    case SSL_ERROR_ZERO_RETURN:
      return .ended
    case SSL_ERROR_SYSCALL:
      return fail("TLS: the connection broke", ECONNRESET)
    default:
      return fail(TLSError.last("TLS").description, EPROTO)
    }
  }

  private func fail(_ reason: String, _ code: Int32) -> TransferResult {
    hasFailed = true
    awaited = .output
    failure = reason
    return .failed(SystemError(call: "TLS", code: code))
  }
}

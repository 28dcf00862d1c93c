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
    if result == 1 { return .done }
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

  func receive(into buffer: UnsafeMutableRawBufferPointer) -> TransferResult {
    ERR_clear_error()
    let count = SSL_read(connection, buffer.baseAddress, Int32(clamping: buffer.count))
    return count > 0 ? .transferred(Int(count)) : outcome(of: count)
  }

  /// - Parameter bytes: not empty.
  func send(_ bytes: ByteView) -> TransferResult {
    ERR_clear_error()
    let count = SSL_write(connection, bytes.baseAddress, Int32(clamping: bytes.count))
    return count > 0 ? .transferred(Int(count)) : outcome(of: count)
  }

  /// Says that nothing more is sent (close_notify), without waiting for anything.
  func finish() {
    ERR_clear_error()
    _ = SSL_shutdown(connection)
    ERR_clear_error()
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
    default:
      failure = TLSError.last("TLS").description
      return .failed(SystemError(call: "TLS", code: EPROTO))
    }
  }
}

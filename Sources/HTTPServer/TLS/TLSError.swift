import COpenSSL

/// What OpenSSL could not do.
package struct TLSError: Error, Equatable, Sendable, CustomStringConvertible {
  package var description: String

  init(_ description: String) { self.description = description }

  /// With OpenSSL's own words for the last thing that went wrong on this thread, and nothing left behind for the next.
  static func last(_ what: String) -> TLSError {
    defer { ERR_clear_error() }
    let code = ERR_peek_last_error()
    guard code != 0, let reason = ERR_reason_error_string(code) else { return TLSError(what) }
    return TLSError("\(what): \(String(cString: reason))")
  }
}

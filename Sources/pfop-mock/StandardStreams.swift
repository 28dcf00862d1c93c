import Glibc

/// What programs read: the ready line, tokens, reports.
enum StandardOutput {
  static func write(_ text: String) { writeAll(text, to: STDOUT_FILENO) }
}

/// What people read: everything else.
enum StandardError {
  static func write(_ text: String) { writeAll(text, to: STDERR_FILENO) }

  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}

/// Writes at once and without a buffer, so that lines of several threads stay whole and nothing is held back. If the
/// reader has gone there is nobody left to be told.
private func writeAll(_ text: String, to descriptor: Int32) {
  var text = text
  text.withUTF8 { bytes in
    var start = 0
    while start < bytes.count {
      let count = write(descriptor, bytes.baseAddress.map { $0 + start }, bytes.count - start)
      if count < 0, errno != EINTR { return }
      start += max(count, 0)
    }
  }
}

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

enum StandardStreams {
  /// Opens those that the parent has closed. Otherwise a socket would take the number, and a client would read our log.
  static func fillGaps() {
    while case let descriptor = open("/dev/null", O_RDWR), descriptor >= 0 {
      guard descriptor > STDERR_FILENO else { continue }
      close(descriptor)
      return
    }
  }
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

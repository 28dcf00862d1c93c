import Glibc

/// The file that tells scripts which port was taken. It exists only while the server listens.
struct PortFile {
  var path: String

  /// Puts it there in one step: who sees the file sees the port.
  func write(_ port: UInt16) throws(CommandFailure) {
    let draft = "\(path).\(getpid())"
    guard let file = fopen(draft, "wx") else { throw failure("written") }
    let isWritten = fputs("\(port)\n", file) >= 0
    if fclose(file) == 0, isWritten, rename(draft, path) == 0 { return }
    let failure = failure("written")
    unlink(draft)
    throw failure
  }

  /// Takes it away, be it ours or an earlier run's.
  func remove() throws(CommandFailure) {
    if unlink(path) != 0, errno != ENOENT { throw failure("removed") }
  }

  private func failure(_ participle: String) -> CommandFailure {
    CommandFailure(description: "--port-file \(path): cannot be \(participle): \(String(cString: strerror(errno)))")
  }
}

/// What a command cannot do though it was called rightly: exit code 1.
struct CommandFailure: Error, CustomStringConvertible {
  var description: String
}

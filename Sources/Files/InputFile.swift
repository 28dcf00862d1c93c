import Glibc

/// Reads files that an operator names, each as a whole. Neither opening nor reading waits for longer than it is told to,
/// whatever the path leads to.
package enum InputFile {
  package enum Kinds: Sendable {
    case regular
    /// Also FIFOs, pipes such as `/dev/fd/63`, and devices. What is read from them once is gone, so they can be read at
    /// the start only.
    case any
  }

  /// How long a file that is not a regular one may take from the opening to its end. Milliseconds.
  package static let deadline: Int64 = 5000
  private static let chunkSize = 256 << 10

  /// - Parameters:
  ///   - limit: larger files are refused, in bytes.
  ///   - isPrivate: a file that its group or others have access to is refused.
  ///   - milliseconds: see `deadline`. A regular file is bounded by `limit` alone: reading it waits for no other process.
  package static func read(
    _ path: String, limit: Int, kinds: Kinds = .any, isPrivate: Bool = false, within milliseconds: Int64 = deadline
  ) throws(FileError) -> [UInt8] {
    let end = monotonicMilliseconds() + milliseconds
    // A FIFO would otherwise be opened once a writer opens it; a terminal must not become the process's own.
    let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    guard file >= 0 else { throw FileError(path, failed: unreadable) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw FileError(path, failed: unreadable) }
    let kind = FileKind(mode: status.st_mode)
    if kind == .folder { throw FileError(path, failed: unreadable, code: EISDIR) }
    if kind != .regular, kinds == .regular {
      throw FileError(path, "the file is \(kind.noun)", allowed: FileKind.regular.noun)
    }
    if isPrivate, status.st_mode & 0o077 != 0 {
      let mode = String(status.st_mode & 0o777, radix: 8)
      throw FileError(
        path, "the file holds a private key, and its mode is 0\(mode)",
        allowed: "access for its owner alone: chmod 600 '\(path)'")
    }
    var octets: [UInt8] = []
    if kind == .regular { octets.reserveCapacity(min(Int(status.st_size), limit)) }
    var chunk = [UInt8](repeating: 0, count: min(chunkSize, limit + 1))
    while true {
      // A FIFO that no writer has opened yet would be read as empty.
      if kind != .regular { try awaitInput(of: file, path, until: end, milliseconds) }
      let count = Glibc.read(file, &chunk, chunk.count)
      if count == 0 { return octets }
      if count < 0 {
        guard errno == EINTR || errno == EAGAIN else { throw FileError(path, failed: unreadable) }
        continue
      }
      octets += chunk[..<count]
      guard octets.count <= limit else { throw FileError(path, "the file is too large", allowed: "\(limit) bytes") }
    }
  }

  private static let unreadable = "cannot be read"

  /// Returns once there is something to read, or the last writer has gone.
  private static func awaitInput(
    of file: Int32, _ path: String, until end: Int64, _ milliseconds: Int64
  ) throws(FileError) {
    while true {
      var polled = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
      let count = poll(&polled, 1, Int32(clamping: max(end - monotonicMilliseconds(), 0)))
      if count > 0 { return }
      if count == 0 {
        throw FileError(
          path, "its end did not come within \(milliseconds) ms",
          allowed: "a regular file, or a pipe that is written and closed by then")
      }
      guard errno == EINTR else { throw FileError(path, failed: unreadable) }
    }
  }

  static func monotonicMilliseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}

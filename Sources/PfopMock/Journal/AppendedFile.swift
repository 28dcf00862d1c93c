import Files
import Glibc

/// A file that lines are added to at its end, by this process or by others as well. It may be a pipe, a terminal, or a
/// standard stream of the process.
final class AppendedFile {
  private let path: String
  private let file: Int32

  /// Opened by their paths, sockets would be refused, and regular files would have another position than the stream has.
  private static let streams = ["/dev/stdout": STDOUT_FILENO, "/dev/stderr": STDERR_FILENO]

  /// Makes the file if it is not there; folders are not made. A last line without its end gets one.
  /// - Throws: `FileError`, also for a FIFO that has no reader.
  init(_ path: String) throws(FileError) {
    self.path = path
    if let stream = AppendedFile.streams[path] {
      file = fcntl(stream, F_DUPFD_CLOEXEC, 0)
      guard file >= 0 else { throw FileError(path, failed: "cannot be opened") }
      return
    }
    var status = stat()
    let isFIFO = stat(path, &status) == 0 && FileKind(mode: status.st_mode) == .fifo
    // Only to be written to, a FIFO has to have a reader; as something to read it would have one in this process.
    let access = isFIFO ? O_WRONLY : O_RDWR
    file = open(path, access | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0o644)
    guard file >= 0 else {
      if errno == ENXIO, isFIFO { throw FileError(path, "the FIFO has no reader", allowed: "one that is being read") }
      throw FileError(path, failed: "cannot be opened")
    }
    // From here on a reader may be slow: lines wait on the journal's queue, and nothing waits for that.
    _ = fcntl(file, F_SETFL, O_APPEND)
    do throws(FileError) {
      try endLastLine()
    } catch {
      close(file)
      throw error
    }
  }

  deinit { close(file) }

  private func endLastLine() throws(FileError) {
    var status = stat()
    var last: UInt8 = 0
    guard fstat(file, &status) == 0, status.st_size > 0, pread(file, &last, 1, status.st_size - 1) == 1, last != 0x0A
    else { return }
    guard Glibc.write(file, "\n", 1) == 1 else { throw FileError(path, failed: "cannot be written") }
  }

  /// Writes what there is room for.
  /// - Parameter octets: the first `written` of them are there already; it moves on.
  func write(_ octets: [UInt8], written: inout Int) throws(FileError) {
    while written < octets.count {
      let count = octets.withUnsafeBytes {
        Glibc.write(file, $0.baseAddress.map { $0 + written }, octets.count - written)
      }
      if count < 0, errno != EINTR { throw FileError(path, failed: "cannot be written") }
      written += max(count, 0)
    }
  }

  /// False once the path leads to another file, or to none.
  var isInPlace: Bool {
    var (ours, theirs) = (stat(), stat())
    return fstat(file, &ours) == 0 && stat(path, &theirs) == 0 && ours.st_dev == theirs.st_dev
      && ours.st_ino == theirs.st_ino
  }
}

import Glibc

/// A file that lines are added to at its end, by this process or by others as well.
final class AppendedFile {
  private let path: String
  private let file: Int32

  /// Makes the file if it is not there; folders are not made. A last line that somebody has left without its end gets one.
  init(_ path: String) throws(SmallFileError) {
    self.path = path
    file = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw SmallFileError(path, "cannot be opened") }
    var status = stat()
    var last: UInt8 = 0
    guard fstat(file, &status) == 0, status.st_size > 0, pread(file, &last, 1, status.st_size - 1) == 1, last != 0x0A
    else { return }
    guard Glibc.write(file, "\n", 1) == 1 else {
      let error = SmallFileError(path, "cannot be written")
      close(file)
      throw error
    }
  }

  deinit { close(file) }

  /// Writes what there is room for.
  /// - Parameter octets: the first `written` of them are there already; it moves on.
  func write(_ octets: [UInt8], written: inout Int) throws(SmallFileError) {
    while written < octets.count {
      let count = octets.withUnsafeBytes {
        Glibc.write(file, $0.baseAddress.map { $0 + written }, octets.count - written)
      }
      if count < 0, errno != EINTR { throw SmallFileError(path, "cannot be written") }
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

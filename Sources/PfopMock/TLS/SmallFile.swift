import Glibc

/// What could not be done with a file, or a folder.
struct SmallFileError: Error, CustomStringConvertible {
  let description: String

  /// With the reason of the call that has just failed.
  init(_ path: String, _ what: String) { description = "\(path): \(what): \(String(cString: strerror(errno)))" }
}

/// Files that are read and written as a whole.
enum SmallFile {
  private static let readLimit = 1 << 20

  static func read(_ path: String) throws(SmallFileError) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw SmallFileError(path, "cannot be read") }
    defer { close(file) }
    var octets: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while octets.count < readLimit {
      let count = Glibc.read(file, &chunk, chunk.count)
      if count == 0 { break }
      if count > 0 {
        octets += chunk[..<count]
      } else if errno != EINTR {
        throw SmallFileError(path, "cannot be read")
      }
    }
    return octets
  }

  /// Puts it there in one step: who sees the file sees all of it, also after a crash.
  static func write(_ octets: [UInt8], to path: String, mode: mode_t) throws(SmallFileError) {
    var draft = Array("\(path).XXXXXX".utf8CString)
    // Only its owner may read it, from the first moment on.
    let file = mkstemp(&draft)
    guard file >= 0 else { throw SmallFileError(path, "cannot be written") }
    if fill(file, with: octets), fchmod(file, mode) == 0, fsync(file) == 0, rename(draft, path) == 0 {
      close(file)
      return
    }
    let error = SmallFileError(path, "cannot be written")
    close(file)
    unlink(draft)
    throw error
  }

  /// Makes the folder, with those that it is in, for its owner alone; one that is there stays as it is.
  static func makeFolder(_ path: String) throws(SmallFileError) {
    if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
      throw SmallFileError(path, "cannot be made")
    }
    try makeFolder(String(path[..<slash]))
    if mkdir(path, 0o700) != 0, errno != EEXIST { throw SmallFileError(path, "cannot be made") }
  }

  /// Runs `body` while nobody else does so with the same file, in this process or another. The file stays.
  static func withLock<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw SmallFileError(path, "cannot be written") }
    // Closing ends the lock, as does the end of a process.
    defer { close(file) }
    while flock(file, LOCK_EX) != 0 {
      guard errno == EINTR else { throw SmallFileError(path, "cannot be locked") }
    }
    return try body()
  }

  /// - Returns: false, with errno, if not all of it could be written.
  static func fill(_ file: Int32, with octets: [UInt8]) -> Bool {
    var start = 0
    while start < octets.count {
      let count = octets.withUnsafeBytes { Glibc.write(file, $0.baseAddress.map { $0 + start }, octets.count - start) }
      if count < 0, errno != EINTR { return false }
      start += max(count, 0)
    }
    return true
  }
}

import Glibc
import PfopEngine

/// A file that keeps the state from one run to the next.
struct StateFile: Sendable {
  let path: String

  /// - Returns: nil if it is not there.
  func read() throws(SmallFileError) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      if errno == ENOENT { return nil }
      throw SmallFileError(path, "cannot be read")
    }
    defer { close(file) }
    var octets: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = Glibc.read(file, &chunk, chunk.count)
      if count == 0 { return octets }
      if count > 0 {
        octets += chunk[..<count]
      } else if errno != EINTR {
        throw SmallFileError(path, "cannot be read")
      }
    }
  }

  /// Puts the document there in one step, for its owner alone: who reads the file reads all of the old one or all of the
  /// new one, also after a crash of the machine.
  func write(_ writer: StateWriter) throws(SmallFileError) {
    var writer = writer
    var draft = Array("\(path).XXXXXX".utf8CString)
    // Readable for its owner alone, from the first moment on.
    let file = mkstemp(&draft)
    guard file >= 0 else { throw SmallFileError(path, "cannot be written") }
    var isWritten = true
    while isWritten, let slice = writer.next() { isWritten = SmallFile.fill(file, with: slice) }
    guard isWritten, fsync(file) == 0, rename(draft, path) == 0 else {
      let error = SmallFileError(path, "cannot be written")
      close(file)
      unlink(draft)
      throw error
    }
    close(file)
    try syncFolder()
  }

  /// A name is as lasting as its folder.
  private func syncFolder() throws(SmallFileError) {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SmallFileError(folder, "cannot be opened") }
    defer { close(descriptor) }
    // Some file systems cannot do that for folders, and then have nothing to do.
    if fsync(descriptor) != 0, errno != EINVAL { throw SmallFileError(folder, "cannot be written") }
  }
}

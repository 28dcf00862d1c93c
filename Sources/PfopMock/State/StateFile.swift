import Files

/// A file that keeps the state from one run to the next. It belongs to one server at a time, from its start to its end.
final class StateFile: Sendable {
  private let path: String
  private let file: ReplacedFile

  /// In bytes.
  private static let sizeLimit = 4 << 30

  /// - Throws: `FileError` if another server has it, or if it could not be written at the end.
  init(_ path: String) throws(FileError) {
    self.path = path
    file = try ReplacedFile(path)
  }

  /// - Returns: nil if it is not there.
  func read() throws(FileError) -> [UInt8]? {
    do throws(FileError) {
      return try InputFile.read(path, limit: StateFile.sizeLimit, kinds: .regular)
    } catch {
      if error.isMissing { return nil }
      throw error
    }
  }

  /// Puts the document there in one step, for its owner alone: a reader gets all of the old one or all of the new one, also
  /// after a crash of the machine. Then another server may have it. Without effect after the first time.
  /// - Parameter secrets: are masked in it.
  func finish(with writer: StateWriter, masking secrets: SecretMask) throws(FileError) {
    defer { file.release() }
    var writer = writer
    var pieces = MaskedPieces()
    var isFinished = false
    try file.write(mode: 0o600) {
      if let slice = writer.next() { return pieces.next(slice, secrets) }
      if isFinished { return nil }
      isFinished = true
      return pieces.finish(secrets)
    }
  }
}

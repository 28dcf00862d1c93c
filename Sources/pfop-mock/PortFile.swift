import Files

/// The file that tells scripts which port was taken. It exists only while the server listens, and belongs to one server
/// at a time.
final class PortFile: Sendable {
  private let path: String
  private let file: ReplacedFile

  /// Takes away what a server that was killed has left.
  /// - Throws: `CommandFailure` if another server has it, or if it could not be written.
  init(path: String) throws(CommandFailure) {
    self.path = path
    do throws(FileError) {
      file = try ReplacedFile(path)
      try file.removeLeftover()
    } catch {
      throw CommandFailure(description: "--port-file \(error)")
    }
  }

  /// Puts it there in one step, so that a reader gets the whole port. Without effect after the first time.
  func write(_ port: UInt16) throws(CommandFailure) {
    do throws(FileError) {
      try file.write(Array("\(port)\n".utf8), mode: 0o644, isDurable: false)
    } catch {
      throw CommandFailure(description: "--port-file \(error)")
    }
  }

  /// Takes it away, unless there is another one in its place.
  func remove() throws(CommandFailure) {
    do throws(FileError) {
      try file.remove()
    } catch {
      throw CommandFailure(description: "--port-file \(error)")
    }
  }
}

/// What a command cannot do though it was called rightly: exit code 1.
struct CommandFailure: Error, CustomStringConvertible {
  var description: String
}

import Foundation

/// The file that tells scripts which port was taken. It exists only while the server listens.
enum PortFile {
  /// Puts it there in one step: who sees the file sees the port.
  static func write(_ port: UInt16, to path: String?) throws {
    guard let path else { return }
    do {
      try Data("\(port)\n".utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw CommandFailure("--port-file \(path): cannot be written: \(error.localizedDescription)")
    }
  }

  /// Takes away an earlier run's.
  static func remove(_ path: String?) throws {
    guard let path, FileManager.default.fileExists(atPath: path) else { return }
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      throw CommandFailure("--port-file \(path): cannot be removed: \(error.localizedDescription)")
    }
  }
}

import Foundation
import PfopMock

/// Where the servers of these tests keep their authority: one for all, and not the user's. Gone with the process.
enum AuthorityFolder {
  static var settings: TLSSettings {
    get throws {
      var settings = TLSSettings()
      settings.certificate = .made(folder: try made.get())
      return settings
    }
  }

  /// For a process of its own.
  static var environment: [String: String] { get throws { ["XDG_CACHE_HOME": try made.get()] } }

  private static let made = Result {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    atexit { AuthorityFolder.remove() }
    return url.path
  }

  private static func remove() {
    do {
      try FileManager.default.removeItem(atPath: made.get())
    } catch {
      print("left behind: \(error)")
    }
  }
}

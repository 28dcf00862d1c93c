import Dispatch
import Foundation
import Glibc

/// Has the fixtures loaded again when one of their files has changed, as SIGHUP does.
final class FixtureWatcher {
  private let timer: any DispatchSourceTimer

  /// Files are looked at so often, in milliseconds: soon enough for whoever saves one, and next to nothing to do.
  private static let interval = 250

  /// - Parameter paths: files, and folders of them.
  init(paths: [String]) {
    timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "pfop-mock.watch"))
    timer.schedule(deadline: .now(), repeating: .milliseconds(FixtureWatcher.interval))
    // Only the timer's own queue touches it.
    nonisolated(unsafe) var seen = FixtureWatcher.look(at: paths)
    timer.setEventHandler {
      let now = FixtureWatcher.look(at: paths)
      guard now != seen else { return }
      seen = now
      kill(getpid(), SIGHUP)
    }
    timer.resume()
  }

  deinit { timer.cancel() }

  /// What tells a changed file from an unchanged one: also an editor that puts a new file in the old one's place, and a
  /// file that comes or goes.
  private static func look(at paths: [String]) -> [String] {
    paths.flatMap { path -> [String] in
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
        return [mark(of: path)]
      }
      do {
        return try FileManager.default.contentsOfDirectory(atPath: path).sorted().map { mark(of: "\(path)/\($0)") }
      } catch {
        return ["\(path) \(error)"]
      }
    }
  }

  private static func mark(of path: String) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { return "\(path) -" }
    let time = status.st_mtim
    return "\(path) \(status.st_ino) \(status.st_size) \(time.tv_sec).\(time.tv_nsec)"
  }
}

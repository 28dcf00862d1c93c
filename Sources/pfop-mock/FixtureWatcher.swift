import Dispatch
import Glibc
import PfopMock

/// Has the fixtures loaded again when one of their files has changed, as SIGHUP does, for as long as the process lasts.
enum FixtureWatcher {
  /// Files are looked at so often, in milliseconds: soon enough for whoever saves one, and next to nothing to do.
  private static let interval = 250

  /// - Parameter paths: files, and folders of them.
  static func watch(_ paths: [String]) {
    let source = FixtureSource(paths: paths)
    let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "pfop-mock.watch"))
    timer.schedule(deadline: .now(), repeating: .milliseconds(interval))
    // Only the timer's own queue touches it.
    nonisolated(unsafe) var seen = source.files.map(mark)
    timer.setEventHandler {
      // The handler keeps its timer.
      withExtendedLifetime(timer) {}
      let now = source.files.map(mark)
      guard now != seen else { return }
      seen = now
      kill(getpid(), SIGHUP)
    }
    timer.resume()
  }

  /// What tells a changed file from an unchanged one: also an editor that puts a new file in the old one's place, and a
  /// file that comes or goes.
  private static func mark(of path: String) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { return "\(path) -" }
    // What has been written to a pipe and read from it is no change.
    let time = status.st_mode & S_IFMT == S_IFREG ? status.st_mtim : timespec()
    return "\(path) \(status.st_ino) \(status.st_size) \(time.tv_sec).\(time.tv_nsec)"
  }
}

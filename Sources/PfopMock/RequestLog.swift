import Dispatch
import Logging
import Guarded
import Synchronization

/// Shows the journal as log lines, one a request. It works behind the loops, on a queue of its own: a slow terminal
/// slows no answer, and lines that it cannot keep up with are counted instead.
final class RequestLog: Sendable {
  private let logger: Logger
  private let queue = DispatchQueue(label: "pfop-mock.log")
  private let isScheduled = Atomic(false)
  /// The number of the first entry that has not been shown.
  private let position = Guarded<UInt64>(0)
  private let acceptedLevel: Logger.Level
  private let showsAccepted: Bool
  private let showsRefused: Bool

  /// - Parameter showsAccepted: lines for accepted requests have level info; otherwise debug.
  init(logger: Logger, showsAccepted: Bool) {
    self.logger = logger
    acceptedLevel = showsAccepted ? .info : .debug
    self.showsAccepted = logger.logLevel <= acceptedLevel
    showsRefused = logger.logLevel <= .info
  }

  func shows(status: Int) -> Bool { status < 400 ? showsAccepted : showsRefused }

  /// Says that there is something new to show.
  func wake(_ core: MockCore) {
    guard !isScheduled.exchange(true, ordering: .acquiringAndReleasing) else { return }
    queue.async { [self] in show(core) }
  }

  /// Shows what is in the journal by now, or as much of it as is taken within a second: nobody's log holds up a stop.
  func finish(_ core: MockCore) {
    let shown = DispatchSemaphore(value: 0)
    queue.async { [self] in
      show(core)
      shown.signal()
    }
    _ = shown.wait(timeout: .now() + .seconds(1))
  }

  func warn(_ message: String) { logger.warning("\(message)") }

  private func show(_ core: MockCore) {
    // First, so that an entry written from here on schedules the next round.
    isScheduled.store(false, ordering: .sequentiallyConsistent)
    position.withLock { position in
      while true {
        let (entries, next, missed) = core.entries(from: position, limit: 256, where: shows)
        if missed > 0 { logger.warning("\(missed) requests came too fast to be shown here") }
        for entry in entries { show(entry) }
        guard next > position else { return }
        position = next
      }
    }
  }

  private func show(_ entry: JournalEntry) {
    logger.log(
      level: entry.status < 400 ? acceptedLevel : .info, "\(entry.line)", metadata: entry.metadata)
  }
}

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
  /// How many entries there have been to show.
  private let awaited = Atomic(0)
  /// How many messages wait that are about no entry.
  private let waitingMessages = Atomic(0)
  private let progress = Guarded(Progress())
  private let acceptedLevel: Logger.Level
  private let showsAccepted: Bool
  private let showsRefused: Bool
  /// What nobody is told, wherever a client has put it.
  let secrets = Guarded(SecretMask(sparing: APIWords.contains))

  private struct Progress {
    /// The number of the first entry that has not been looked at.
    var position: UInt64 = 0
    /// How many have been shown, or counted as missed.
    var settled = 0
  }

  /// - Parameter showsAccepted: lines for accepted requests have level info; otherwise debug.
  init(logger: Logger, showsAccepted: Bool) {
    self.logger = logger
    acceptedLevel = showsAccepted ? .info : .debug
    self.showsAccepted = logger.logLevel <= acceptedLevel
    showsRefused = logger.logLevel <= .info
  }

  func shows(status: Int) -> Bool { RequestLog.isAccepted(status) ? showsAccepted : showsRefused }

  /// What got no answer at all is as noteworthy as what was refused.
  private static func isAccepted(_ status: Int) -> Bool { 1..<400 ~= status }

  /// Says that there is one more entry to show; it is in the journal already.
  func wake(_ core: MockCore) {
    awaited.add(1, ordering: .sequentiallyConsistent)
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

  /// Shows at level info what is no request. While many wait to be shown, further ones are left out.
  func say(_ message: String) {
    guard logger.logLevel <= .info else { return }
    if waitingMessages.add(1, ordering: .relaxed).newValue > 100 {
      waitingMessages.subtract(1, ordering: .relaxed)
      return
    }
    queue.async { [self] in
      logger.info("\(secrets.withLock { $0 }.masked(message))")
      waitingMessages.subtract(1, ordering: .relaxed)
    }
  }

  /// Tells what is remarkable about a fixture that has been loaded. Whoever loads it is not held up by a slow terminal.
  func show(remarks: [String]) {
    guard !remarks.isEmpty else { return }
    queue.async { [self] in
      for remark in remarks.prefix(RequestLog.shownRemarks) { warn(remark) }
      let more = remarks.count - RequestLog.shownRemarks
      if more > 0 { warn("\(more) more remarks on the fixture; pfop-mock check tells them all") }
    }
  }

  private static let shownRemarks = 20

  func warn(_ message: String) { logger.warning("\(secrets.withLock { $0 }.masked(message))") }

  private func show(_ core: MockCore) {
    // First, so that an entry written from here on schedules the next round.
    isScheduled.store(false, ordering: .sequentiallyConsistent)
    // Before anything is read: what is counted here is in the journal, or has left it.
    let awaited = awaited.load(ordering: .sequentiallyConsistent)
    progress.withLock { progress in
      while true {
        let (entries, next) = core.entries(from: progress.position, limit: 256, isBrief: true, where: shows)
        for entry in entries { show(entry) }
        progress.settled += entries.count
        if next == progress.position { break }
        progress.position = next
      }
      let missed = awaited - progress.settled
      guard missed > 0 else { return }
      progress.settled += missed
      logger.warning("\(missed) requests came too fast to be shown here")
    }
  }

  private func show(_ entry: JournalEntry) {
    logger.log(
      level: RequestLog.isAccepted(entry.status) ? acceptedLevel : .info, "\(entry.line)", metadata: entry.metadata)
  }
}

import Dispatch
import Files
import Glibc
import Guarded
import HTTPServer
import Logging
import Synchronization

/// Appends the journal to a file, one JSON object a line. It works behind the loops, on a queue of its own and in batches:
/// a slow disk slows no answer, entries that it cannot keep up with are counted in the file and in the log, and a file that
/// cannot be written is tried again, with a word in the log from time to time.
final class JournalFile: Sendable {
  /// Every so often, in milliseconds, while there is something to write; and when the last try has failed.
  private static let pause = 20
  private static let retryPause = 1000
  /// Octets that wait to be written at most, but for one line.
  private static let batch = 256 << 10
  /// Entries whose answers are under way at most; of more the oldest are written as they are.
  private static let pendingLimit = 256
  /// Between two complaints, in nanoseconds.
  private static let complaintPause: Int64 = 60_000_000_000

  private struct State {
    var file: AppendedFile?
    /// Lines that are still to be written. The first `written` octets are in the file: a part of the first line.
    var lines: [UInt8] = []
    var written = 0
    /// The number of the next entry.
    var position: UInt64 = 0
    /// Entries whose answers were under way, in their order.
    var pending: [(number: UInt64, copy: JournalCopy)] = []
    var lastComplaint: Int64?
    var suppressedCount = 0
    /// Entries that the log has not been told of.
    var untoldCount = 0
  }

  private let path: String
  private let logger: Logger
  private let queue = DispatchQueue(label: "pfop-mock.journal")
  private let isScheduled = Atomic(false)
  private let wantsReopening = Atomic(false)
  // Sound: only touched on `queue`.
  nonisolated(unsafe) private var state = State()

  /// - Throws: `StartFailure` if the file cannot be opened now.
  init(_ path: String, logger: Logger) throws(StartFailure) {
    self.path = path
    self.logger = logger
    do throws(FileError) {
      state.file = try AppendedFile(path)
    } catch {
      throw StartFailure(problems: ["the journal's file \(error)"])
    }
  }

  /// Says that there is something new in the journal. Costs one atomic operation as a rule.
  func wake(_ core: MockCore) { schedule(core, after: JournalFile.pause) }

  /// Somebody has moved the file away: what comes goes to a new one.
  func reopen(_ core: MockCore) {
    wantsReopening.store(true, ordering: .relaxed)
    wake(core)
  }

  /// Writes what is still to be written, or as much of it as is taken within some seconds: nobody's disk holds up a stop.
  func finish(_ core: MockCore) {
    let written = DispatchSemaphore(value: 0)
    queue.async { [self] in
      drain(core, isLast: true)
      written.signal()
    }
    _ = written.wait(timeout: .now() + .seconds(5))
  }

  private func schedule(_ core: MockCore, after milliseconds: Int) {
    guard !isScheduled.exchange(true, ordering: .acquiringAndReleasing) else { return }
    queue.asyncAfter(deadline: .now() + .milliseconds(milliseconds)) { [self] in
      // First, so that what is new from here on schedules the next round.
      isScheduled.store(false, ordering: .sequentiallyConsistent)
      if !drain(core, isLast: false) { schedule(core, after: JournalFile.retryPause) }
    }
  }

  // MARK: - On the queue

  /// - Returns: false if something is left over.
  @discardableResult
  private func drain(_ core: MockCore, isLast: Bool) -> Bool {
    if wantsReopening.exchange(false, ordering: .relaxed) || state.file?.isInPlace == false { state.file = nil }
    guard write() else { return false }
    takePending(core, isLast: isLast)
    while true {
      let (copies, missed) = core.unfiled(from: &state.position)
      if missed > 0 { note(missed: missed) }
      if copies.isEmpty, missed == 0 { break }
      for (number, copy) in copies { take(number, copy, core, isLast: isLast) }
      guard write() else { return false }
    }
    return write()
  }

  private func take(_ number: UInt64, _ copy: JournalCopy, _ core: MockCore, isLast: Bool) {
    if copy.isUnderWay, !isLast {
      state.pending.append((number, copy))
      if state.pending.count > JournalFile.pendingLimit { add(state.pending.removeFirst().copy, core) }
    } else {
      add(copy, core)
    }
  }

  /// Adds the entries whose answers have left in the meantime.
  private func takePending(_ core: MockCore, isLast: Bool) {
    guard !state.pending.isEmpty else { return }
    let newest = core.copies(of: state.pending.map(\.number))
    var pending: [(number: UInt64, copy: JournalCopy)] = []
    for (entry, now) in zip(state.pending, newest) {
      // What has left the journal by now is written as it was seen last.
      if let now, now.isUnderWay, !isLast { pending.append((entry.number, now)) } else { add(now ?? entry.copy, core) }
    }
    state.pending = pending
  }

  private func add(_ copy: JournalCopy, _ core: MockCore) {
    let secrets = core.secrets.withLock { $0 }
    state.lines += secrets.masked(json: JSONWriter.json { $0.value(JournalEntry(copy)) })
    state.lines.append(0x0A)
    if state.lines.count >= JournalFile.batch { _ = write() }
  }

  private func note(missed count: Int) {
    state.lines += JSONWriter.object { writer in
      writer.member("missed", count)
      writer.member("before", state.position)
    }
    state.lines.append(0x0A)
    state.untoldCount += count
    if complain("\(state.untoldCount) requests came too fast for the journal's file \(path)") { state.untoldCount = 0 }
  }

  /// - Returns: false if something is left over.
  private func write() -> Bool {
    guard !state.lines.isEmpty else { return true }
    do throws(FileError) {
      if state.file == nil {
        state.file = try AppendedFile(path)
        // The line that was begun in another file is whole in this one.
        state.written = 0
      }
      let start = state.written
      var written = start
      defer { dropWritten(upTo: written) }
      try state.file?.write(state.lines, written: &written)
      return true
    } catch {
      // The next try opens it anew: it may be another one by then, or have another reader.
      if error.code == EPIPE || state.file?.isInPlace == false { state.file = nil }
      complain("the journal's file \(error); entries are kept as long as there is room for them")
      return false
    }
  }

  /// Forgets lines that are in the file as a whole.
  private func dropWritten(upTo written: Int) {
    let lineStart = (state.lines[..<written].lastIndex(of: 0x0A) ?? -1) + 1
    state.lines.removeFirst(lineStart)
    state.written = written - lineStart
  }

  /// - Returns: false if it was too early to say something again.
  @discardableResult
  private func complain(_ message: String) -> Bool {
    let now = SystemClock.monotonic
    if let last = state.lastComplaint, now - last < JournalFile.complaintPause {
      state.suppressedCount += 1
      return false
    }
    logger.warning("\(message)\(state.suppressedCount > 0 ? " (and \(state.suppressedCount) times before)" : "")")
    state.lastComplaint = now
    state.suppressedCount = 0
    return true
  }
}

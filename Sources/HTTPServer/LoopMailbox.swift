import CLinux
import Glibc
import Guarded

/// How other threads speak to a loop.
final class LoopMailbox: Sendable {
  enum Command: Sendable {
    /// Finish what has begun, then end.
    case stop
    /// End now.
    case abort
    /// Send what a request has waited for.
    case answer(AnswerTicket, LateReply)
    /// Send a part of it.
    case append(AnswerTicket, AnswerPiece)
    /// Close its connection once its client finishes sending, and tell of a connection that goes before the answer comes.
    case watch(AnswerTicket, departed: @Sendable () -> Void)
  }

  private let event: Descriptor
  /// Nil once the loop has ended.
  private let commands = Guarded<[Command]?>([])

  init() throws(SystemError) {
    event = Descriptor(owning: try Syscall.check(eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC)), "eventfd"))
  }

  /// Readable while there are commands.
  var descriptor: Int32 { event.number }

  /// Without effect behind `close`: the command is dropped.
  func post(_ command: Command) {
    commands.withLock { $0?.append(command) }
    // It fails only if 2^64 − 2 wake-ups wait already, and then the loop wakes up anyway.
    _ = eventfd_write(event.number, 1)
  }

  func take() -> [Command] {
    var count: eventfd_t = 0
    _ = eventfd_read(event.number, &count)
    return commands.withLock { waiting in
      guard let taken = waiting else { return [] }
      waiting = []
      return taken
    }
  }

  /// To be called when the loop has ended. What a command holds may hold this mailbox, so none is kept.
  func close() {
    let left = commands.withLock { waiting in
      defer { waiting = nil }
      return waiting
    }
    // Freed out here: what is freed with them must not find the lock taken.
    withExtendedLifetime(left) {}
  }
}

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
  private let commands = Guarded<[Command]>([])

  init() throws(SystemError) {
    event = Descriptor(owning: try Syscall.check(eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC)), "eventfd"))
  }

  /// Readable while there are commands.
  var descriptor: Int32 { event.number }

  func post(_ command: Command) {
    commands.withLock { $0.append(command) }
    // It fails only if 2^64 − 2 wake-ups wait already, and then the loop wakes up anyway.
    _ = eventfd_write(event.number, 1)
  }

  func take() -> [Command] {
    var count: eventfd_t = 0
    _ = eventfd_read(event.number, &count)
    return commands.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
  }
}

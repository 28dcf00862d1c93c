import CLinux
import Glibc
import Synchronization

/// Wakes a loop from any thread. Many calls before the loop gets to it are one.
package final class LoopWaker: Sendable {
  private let event: Descriptor
  private let isRaised = Atomic(false)
  private let stopping = Atomic(false)

  /// - Throws: `SystemError` if there are no descriptors left.
  package init() throws(SystemError) {
    event = Descriptor(owning: try Syscall.check(eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC)), "eventfd"))
  }

  /// Readable while the loop is to wake up.
  var descriptor: Int32 { event.number }

  /// The loop is to end.
  var isStopping: Bool { stopping.load(ordering: .sequentiallyConsistent) }

  func stop() {
    stopping.store(true, ordering: .sequentiallyConsistent)
    wake()
  }

  package func wake() {
    guard !isRaised.exchange(true, ordering: .acquiringAndReleasing) else { return }
    // It fails only if 2^64 − 2 wake-ups wait already, and then the loop wakes up anyway.
    _ = eventfd_write(event.number, 1)
  }

  /// To be called before what is to be done is looked for: whoever comes later wakes again.
  func lower() {
    var count: eventfd_t = 0
    _ = eventfd_read(event.number, &count)
    isRaised.store(false, ordering: .sequentiallyConsistent)
  }
}

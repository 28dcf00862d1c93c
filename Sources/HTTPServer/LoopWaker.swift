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

  /// Costs one atomic operation while the loop is awake anyway.
  package func wake() {
    if !isRaised.exchange(true, ordering: .acquiringAndReleasing) { raise() }
  }

  /// Lets the loop's next wait end at once.
  func raise() {
    // It fails only if 2^64 − 2 wake-ups wait already, and then the loop wakes up anyway.
    _ = eventfd_write(event.number, 1)
  }

  /// The loop has seen that it is to wake up.
  func clear() {
    var count: eventfd_t = 0
    _ = eventfd_read(event.number, &count)
  }

  /// The loop goes to sleep: the next `wake` has to raise. What is to be done has to be looked for once more behind this.
  func lower() { isRaised.store(false, ordering: .sequentiallyConsistent) }
}

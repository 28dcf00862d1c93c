import Glibc
import Synchronization

/// A value that several threads share and one at a time may use.
///
/// A pthread mutex, and not `Synchronization.Mutex`: that one's futex calls lie in the standard library, where
/// ThreadSanitizer does not see them, so every use would be reported as a race and a real one would hide among them.
@usableFromInline
package final class Guarded<Value: ~Copyable & Sendable>: @unchecked Sendable {
  // Sound: `value` is only reached while `mutex` is held, and both pointers are set once.
  @usableFromInline let mutex: UnsafeMutablePointer<pthread_mutex_t>
  @usableFromInline let value: UnsafeMutablePointer<Value>
  private let waiting = Atomic(0)

  @inlinable
  package init(_ value: consuming Value) {
    mutex = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    let result = pthread_mutex_init(mutex, nil)
    precondition(result == 0)
    self.value = .allocate(capacity: 1)
    self.value.initialize(to: value)
  }

  @inlinable
  deinit {
    value.deinitialize(count: 1)
    value.deallocate()
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Runs `body` with the value while no other thread has it. Not to be called within itself.
  @inlinable
  package func withLock<Result: ~Copyable, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    if pthread_mutex_trylock(mutex) != 0 { lockBehindOthers() }
    defer { pthread_mutex_unlock(mutex) }
    return try body(&value.pointee)
  }

  @usableFromInline
  func lockBehindOthers() {
    waiting.add(1, ordering: .relaxed)
    pthread_mutex_lock(mutex)
    waiting.subtract(1, ordering: .relaxed)
  }

  /// How many have found it taken and wait for it.
  package var waitingCount: Int { waiting.load(ordering: .relaxed) }

  /// Lets those have the value who have found it taken. A mutex goes to whoever comes first when it is free, and somebody
  /// who takes it again and again comes before those who have to be waked: for as long as he likes.
  /// - Parameter patience: how often the processor is offered to them, which takes a microsecond or so.
  package func letOthersGoFirst(patience: Int = 1000) {
    for _ in 0..<patience {
      guard waitingCount > 0 else { return }
      sched_yield()
    }
  }
}

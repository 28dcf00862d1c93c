import Glibc

/// A value that several threads share and one at a time may use.
///
/// A pthread mutex, and not `Synchronization.Mutex`: that one's futex calls lie in the standard library, where
/// ThreadSanitizer does not see them, so every use would be reported as a race and a real one would hide among them.
@usableFromInline
package final class Guarded<Value: ~Copyable & Sendable>: @unchecked Sendable {
  // Sound: `value` is only reached while `mutex` is held, and both pointers are set once.
  @usableFromInline let mutex: UnsafeMutablePointer<pthread_mutex_t>
  @usableFromInline let value: UnsafeMutablePointer<Value>

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
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&value.pointee)
  }
}

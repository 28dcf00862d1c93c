import Dispatch
import Glibc
import Guarded

/// Starts loops, each on a thread of its own, and waits for their ends.
///
/// The threads are not Dispatch's: a loop lasts as long as its server, and Dispatch runs 255 blocks at a time in a whole
/// process. The 256th loop would never begin, and everything else on Dispatch's queues would wait with it.
final class LoopThreads: Sendable {
  private let running = DispatchGroup()
  /// Started and not joined yet.
  private let threads = Guarded<[pthread_t]>([])

  /// Starts a thread and returns once its loop is ready to run.
  /// - Parameter makeLoop: called on the thread, so that nothing of the loop is shared; what it returns runs the loop to
  ///   its end.
  /// - Throws: what `makeLoop` throws, or `SystemError` if there can be no further thread.
  func start(_ makeLoop: @escaping @Sendable () throws -> () -> Void) throws {
    let isReady = DispatchSemaphore(value: 0)
    let failure = FirstFailure()
    try startThread {
      let run: () -> Void
      do {
        run = try makeLoop()
      } catch {
        failure.note(error)
        isReady.signal()
        return
      }
      isReady.signal()
      run()
    }
    isReady.wait()
    if let error = failure.error { throw error }
  }

  /// Returns once all loops have ended and their threads are gone.
  /// - Returns: false if some are left at that time.
  @discardableResult
  func wait(until deadline: DispatchTime = .distantFuture) -> Bool {
    guard running.wait(timeout: deadline) == .success else { return false }
    let ended = threads.withLock { threads in
      defer { threads = [] }
      return threads
    }
    for thread in ended { pthread_join(thread, nil) }
    return true
  }

  private final class Start {
    let run: @Sendable () -> Void
    let running: DispatchGroup

    init(_ run: @escaping @Sendable () -> Void, _ running: DispatchGroup) {
      self.run = run
      self.running = running
    }
  }

  private func startThread(_ run: @escaping @Sendable () -> Void) throws(SystemError) {
    let start = Unmanaged.passRetained(Start(run, running))
    var thread = pthread_t()
    running.enter()
    let code = pthread_create(&thread, nil, { LoopThreads.begin($0) }, start.toOpaque())
    guard code == 0 else {
      running.leave()
      start.release()
      throw SystemError(call: "pthread_create", code: code)
    }
    threads.withLock { $0.append(thread) }
  }

  private static func begin(_ start: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    // A signal to the process is for the threads of the program that the server is a part of.
    var signals = sigset_t()
    sigfillset(&signals)
    pthread_sigmask(SIG_SETMASK, &signals, nil)
    guard let start else { preconditionFailure("each thread is given its start") }
    let running = run(start)
    running.leave()
    return nil
  }

  /// What the loop has held is freed when it returns.
  private static func run(_ start: UnsafeMutableRawPointer) -> DispatchGroup {
    let start = Unmanaged<Start>.fromOpaque(start).takeRetainedValue()
    start.run()
    return start.running
  }
}

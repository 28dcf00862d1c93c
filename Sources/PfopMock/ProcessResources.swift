import CLinux
import Dispatch
import Glibc

/// Whether this process may have what a server needs: descriptors, memory and threads.
///
/// Where they are missing later nothing tells so: Dispatch waits for ever for a thread that cannot be made, memory that
/// cannot be had ends the process, and without descriptors a server is ready and takes no connection. So all of it is
/// taken for a moment at the start, which costs a millisecond.
enum ProcessResources {
  /// For the first connections, and for what is opened for a moment, as by a resolver.
  private static let spareDescriptors = 16
  /// The client's loop, three listeners, three files that stay open, and Dispatch's own.
  private static let fixedDescriptors = 2 + 3 + 3 + 5
  /// For everything but the journal, in bytes.
  private static let spareMemory = 32 << 20
  /// Threads of Dispatch at a time: for the log, the journal's file, admin calls, the resolver and so on.
  private static let queueThreads = 8

  /// - Parameter journalCapacity: see `Configuration`.
  static func require(loops: Int, journalCapacity: Int) throws(StartFailure) {
    try requireDescriptors(fixedDescriptors + 2 * loops + spareDescriptors, loops)
    try withMemory(for: journalCapacity) { () throws(StartFailure) in
      try requireThreads(loops + 1 + queueThreads)
    }
  }

  private static func requireDescriptors(_ count: Int, _ loops: Int) throws(StartFailure) {
    var held: [Int32] = []
    defer { held.forEach { close($0) } }
    while held.count < count {
      let descriptor = eventfd(0, Int32(EFD_CLOEXEC))
      guard descriptor >= 0 else {
        let reason = reason()
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        throw failure(
          "too few file descriptors: \(held.count) of \(limit.rlim_cur) can be had, and a server with loops: \(loops) needs "
            + "\(count) (\(reason)); allowed: a higher limit (ulimit -n)")
      }
      held.append(descriptor)
    }
  }

  private static func withMemory(
    for journalCapacity: Int, _ body: () throws(StartFailure) -> Void
  ) throws(StartFailure) {
    let (bytes, overflow) = Journal.byteCount(capacity: journalCapacity).addingReportingOverflow(spareMemory)
    let memory = overflow ? MAP_FAILED : mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let memory, memory != MAP_FAILED else {
      throw failure(
        "too little memory: \(bytes >> 20) MiB cannot be had, for a journal of \(journalCapacity) requests and the rest "
          + "(\(reason())); allowed: a higher limit (ulimit -v), or a smaller --journal-size")
    }
    defer { munmap(memory, bytes) }
    try body()
  }

  private static func requireThreads(_ count: Int) throws(StartFailure) {
    let end = DispatchSemaphore(value: 0)
    var threads: [pthread_t] = []
    defer {
      for _ in threads { end.signal() }
      for thread in threads { pthread_join(thread, nil) }
    }
    while threads.count < count {
      var thread = pthread_t()
      let code = pthread_create(
        &thread, nil,
        { end in
          if let end { Unmanaged<DispatchSemaphore>.fromOpaque(end).takeUnretainedValue().wait() }
          return nil
        }, Unmanaged.passUnretained(end).toOpaque())
      guard code == 0 else {
        throw failure(
          "too few threads: \(threads.count) of \(count) can be started (\(String(cString: strerror(code)))); allowed: "
            + "higher limits of memory and processes (ulimit -v, ulimit -u)")
      }
      threads.append(thread)
    }
  }

  private static func reason() -> String { String(cString: strerror(errno)) }

  private static func failure(_ problem: String) -> StartFailure { StartFailure(problems: [problem]) }
}

import Foundation

/// One run of the program as it was built beside these tests. It ends with this object, whatever became of the test,
/// and nothing waits longer than twenty seconds for it.
package final class MockProcess {
  package struct Ended: Equatable {
    /// As a shell tells it: 128 and the signal's number if a signal ended it.
    package var code: Int32
    package var output: String
    package var errors: String

    package init(code: Int32, output: String, errors: String) {
      self.code = code
      self.output = output
      self.errors = errors
    }
  }

  package enum Failure: Error {
    case notStarted(program: String, code: Int32)
    /// With all that it has said.
    case timedOut(output: String, errors: String)
    case endedBefore(awaited: String, output: String, errors: String)
  }

  /// The program, in the folder of the test bundle.
  package static let program: String = {
    var path = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = max(readlink("/proc/self/exe", &path, path.count), 0)
    let tests = String(decoding: path[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    return tests.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/pfop-mock"
  }()

  package let pid: pid_t
  package private(set) var output = ""
  package private(set) var errors = ""
  private var code: Int32?
  /// Our ends of its standard output, its standard error, and of one more that it never writes to: that ends when the
  /// process does, even if it has closed the others.
  private var ends: [Int32]
  /// Our end of a standard error that is full.
  private var unread: Int32 = -1

  /// - Parameters:
  ///   - environment: added to this process's, from which the variables that steer the program are taken out.
  ///   - program: another one to run, such as `/bin/sh`.
  ///   - errorsAreStuck: nobody reads its standard error, which is full already.
  package init(
    _ arguments: [String], environment: [String: String] = [:], program: String = MockProcess.program,
    errorsAreStuck: Bool = false
  ) throws {
    var own: [Int32] = []
    var theirs: [Int32] = []
    defer { theirs.forEach { close($0) } }
    for _ in 0..<3 {
      var pair: [Int32] = [-1, -1]
      // Sockets, as a pipe cannot be made and kept from other children in one step.
      socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &pair)
      own.append(pair[0])
      theirs.append(pair[1])
    }
    if errorsAreStuck {
      while Glibc.send(theirs[1], "x", 1, Int32(MSG_DONTWAIT)) == 1 {}
      swap(&unread, &own[1])
    }
    ends = own
    pid = try MockProcess.spawn(program, arguments, environment, streams: theirs)
  }

  deinit {
    if code == nil {
      kill(pid, SIGKILL)
      waitpid(pid, nil, 0)
    }
    (ends + [unread]).forEach { close($0) }
  }

  package func send(_ signal: Int32) { kill(pid, signal) }

  /// Nobody reads its standard output from now on.
  package func stopReadingOutput() {
    close(ends[0])
    ends[0] = -1
  }

  /// The port in the ready line, once it is there.
  package func readyPort() throws -> UInt16 {
    try wait(for: "the ready line") { output.hasSuffix("\n") }
    let port = output.prefixMatch(of: #/pfop-mock ready url=http://127\.0\.0\.1:(\d+) /#).flatMap { UInt16($0.1) }
    guard let port else { throw Failure.endedBefore(awaited: "a good ready line", output: output, errors: errors) }
    return port
  }

  /// The port for TLS in the ready line, once it is there.
  package func readyTLSPort() throws -> UInt16 {
    _ = try readyPort()
    let port = output.firstMatch(of: /\ tls=https:\/\/127\.0\.0\.1:(\d+)\n/).flatMap { UInt16($0.1) }
    guard let port else { throw Failure.endedBefore(awaited: "a port for TLS", output: output, errors: errors) }
    return port
  }

  /// Waits until standard error holds that text.
  package func waitForErrors(_ text: String) throws { try wait(for: text) { errors.contains(text) } }

  /// Waits until the process has ended by itself or by a signal sent before.
  package func end() throws -> Ended {
    while ends[2] >= 0 || ends[1] >= 0 || ends[0] >= 0 { try readMore() }
    if code == nil {
      var status: Int32 = 0
      waitpid(pid, &status, 0)
      code = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    }
    return Ended(code: code ?? -1, output: output, errors: errors)
  }

  package static func run(
    _ arguments: [String], environment: [String: String] = [:], program: String = MockProcess.program
  ) throws -> Ended {
    try MockProcess(arguments, environment: environment, program: program).end()
  }

  private func wait(for awaited: String, until isThere: () -> Bool) throws {
    while !isThere() {
      if ends[2] < 0, ends[1] < 0 { throw Failure.endedBefore(awaited: awaited, output: output, errors: errors) }
      try readMore()
    }
  }

  private func readMore() throws {
    var polled = ends.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    guard poll(&polled, nfds_t(polled.count), 20_000) > 0 else {
      throw Failure.timedOut(output: output, errors: errors)
    }
    for (index, end) in polled.enumerated() where end.revents != 0 {
      var chunk = [UInt8](repeating: 0, count: 64 << 10)
      let count = read(end.fd, &chunk, chunk.count)
      if count <= 0 {
        close(end.fd)
        ends[index] = -1
      } else {
        let text = String(decoding: chunk[..<count], as: UTF8.self)
        if index == 0 { output += text } else { errors += text }
      }
    }
  }

  private static func spawn(
    _ program: String, _ arguments: [String], _ added: [String: String], streams: [Int32]
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (index, stream) in streams.enumerated() { posix_spawn_file_actions_adddup2(&actions, stream, Int32(index + 1)) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Threads of Dispatch block signals, and a child would inherit that.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

    let inherited = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("PFOP_MOCK_") }
    let environment = inherited.merging(added) { _, new in new }.map { "\($0)=\($1)" }
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
    defer { (variables + words).forEach { free($0) } }
    var pid: pid_t = 0
    let code = posix_spawn(&pid, program, &actions, &attributes, &words, &variables)
    guard code == 0 else { throw Failure.notStarted(program: program, code: code) }
    return pid
  }
}

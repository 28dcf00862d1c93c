import Foundation
import TestSupport
import Testing

/// Paths that lead to something other than a regular file: what `serve` makes of them, and that a signal ends it all the
/// same.
struct ServeInputTests {
  private static let fixture = "accounts: [{accessKey: a, secretKey: s}]\nbuckets: {b: {keys: [k]}}\n"

  private func makeFIFO(_ folder: TemporaryFolder, _ name: String = "fifo") -> String {
    let path = folder.path(name)
    #expect(mkfifo(path, 0o600) == 0)
    return path
  }

  /// Opens a FIFO once a process reads it, and so shows that the process has come so far.
  private func openForWriting(_ path: String) throws -> FileHandle {
    let end = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < end {
      let descriptor = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
      if descriptor >= 0 { return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true) }
      sched_yield()
    }
    throw NotRead(path: path)
  }

  private struct NotRead: Error { var path: String }

  @Test func aFixtureMayComeThroughAPipe() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.fixture, to: "f.yaml")
    let process = try MockProcess(
      ["-c", "exec \"$0\" --port 0 --fixture <(cat \"$1\")", MockProcess.program, folder.path("f.yaml")],
      program: "/bin/bash")
    _ = try process.readyPort()
    // What has come through it is gone.
    process.send(SIGHUP)
    try process.waitForErrors("error: the old fixtures stay in force\n")
    #expect(process.errors.contains("the file is a FIFO; allowed: a regular file"))
    process.send(SIGTERM)
    #expect(try process.end().code == 0)
  }

  @Test func aFIFOWithoutAWriterEndsTheStart() throws {
    let folder = try TemporaryFolder()
    let path = makeFIFO(folder)
    let ended = try MockProcess.run(["--port", "0", "--fixture", path])
    #expect(
      ended
        == MockProcess.Ended(
          code: 1, output: "",
          errors: "pfop-mock: \(path): its end did not come within 5000 ms; allowed: a regular file, or a pipe that is "
            + "written and closed by then\n"))
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func aSignalEndsAStartThatWaits(signal: Int32) throws {
    let folder = try TemporaryFolder()
    let path = makeFIFO(folder)
    let process = try MockProcess(["--port", "0", "--port-file", folder.path("port"), "--fixture", path])
    let writer = try openForWriting(path)
    process.send(SIGHUP)
    process.send(signal)
    #expect(try process.end() == MockProcess.Ended(code: 0, output: "", errors: ""))
    withExtendedLifetime(writer) {}
  }

  @Test func aFIFOInTheFixturesPlaceKeepsTheOldOne() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.fixture, to: "f.yaml")
    let process = try MockProcess(["--port", "0", "--watch", "--fixture", path])
    let port = try process.readyPort()
    #expect(rename(makeFIFO(folder), path) == 0)
    try process.waitForErrors("error: the old fixtures stay in force\n")
    #expect(process.errors.contains("error: \(path): the file is a FIFO; allowed: a regular file\n"))
    #expect(try MockProcess.run(["healthcheck", "--url", "http://127.0.0.1:\(port)"]).code == 0)
    process.send(SIGTERM)
    #expect(try process.end().code == 0)
  }

  @Test func whatAFolderHoldsHasToBeRegularFiles() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.fixture, to: "a.yaml")
    _ = makeFIFO(folder, "b.yaml")
    #expect(symlink("c.yaml", folder.path("c.yaml")) == 0)
    #expect(symlink("missing", folder.path("d.yaml")) == 0)
    #expect(mkdir(folder.path("e.yaml"), 0o700) == 0)
    let ended = try MockProcess.run(["--port", "0", "--fixture", folder.path("")])
    #expect(ended.code == 1)
    #expect(
      ended.errors.split(separator: "\n") == [
        "pfop-mock: \(folder.path("b.yaml")): the file is a FIFO; allowed: a regular file",
        "pfop-mock: \(folder.path("c.yaml")): cannot be read: Too many levels of symbolic links",
        "pfop-mock: \(folder.path("d.yaml")): cannot be read: No such file or directory",
        "pfop-mock: \(folder.path("e.yaml")): cannot be read: Is a directory",
      ])
  }

  @Test(arguments: [
    ["--state-file", "PATH"], ["--port-file", "PATH"], ["--tls", "--tls-port", "0", "--tls-ca-out", "PATH"],
  ])
  func aFIFOIsNoFileToReplace(flags: [String]) throws {
    let folder = try TemporaryFolder()
    let path = makeFIFO(folder)
    let ended = try MockProcess.run(
      ["--port", "0"] + flags.map { $0 == "PATH" ? path : $0 },
      environment: ["XDG_CACHE_HOME": folder.path("cache")])
    #expect(ended.code == 1)
    #expect(ended.output == "")
    #expect(ended.errors.contains("\(path): the path leads to a FIFO; allowed: a regular file, or none yet\n"))
    #expect(try folder.names.contains("fifo"))
  }

  @Test(arguments: [
    ["--tls", "--tls-port", "0", "--tls-cert", "PATH", "--tls-key", "PATH"], ["--notify-ca", "PATH"],
  ])
  func aSignalEndsAStartThatWaitsForACertificate(flags: [String]) throws {
    let folder = try TemporaryFolder()
    let path = makeFIFO(folder)
    let process = try MockProcess(["--port", "0"] + flags.map { $0 == "PATH" ? path : $0 })
    let writer = try openForWriting(path)
    process.send(SIGTERM)
    #expect(try process.end() == MockProcess.Ended(code: 0, output: "", errors: ""))
    withExtendedLifetime(writer) {}
  }

  @Test func aPortFileIsNotWaitedForLong() throws {
    let folder = try TemporaryFolder()
    let path = makeFIFO(folder)
    let ended = try MockProcess.run(["healthcheck", "--port-file", path])
    #expect(ended.code == 1)
    #expect(ended.errors.hasPrefix("pfop-mock: --port-file \(path): its end did not come within 5000 ms"))
  }

  // MARK: - The journal

  private func refuse(_ port: UInt16) throws {
    let client = try RawClient(port: port)
    try client.send("GET /nix HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(try client.readResponse().status == 404)
  }

  @Test func aJournalWithoutAReaderStartsNothing() throws {
    let folder = try TemporaryFolder()
    let path = makeFIFO(folder)
    #expect(
      try MockProcess.run(["--port", "0", "--journal-file", path])
        == MockProcess.Ended(
          code: 1, output: "",
          errors: "pfop-mock: the journal's file \(path): the FIFO has no reader; allowed: one that is being read\n"))
  }

  @Test func aJournalMayBeAPipe() throws {
    let folder = try TemporaryFolder()
    let process = try MockProcess(
      ["-c", "exec \"$0\" --port 0 --journal-file >(cat >\"$1\")", MockProcess.program, folder.path("copy")],
      program: "/bin/bash")
    try refuse(process.readyPort())
    process.send(SIGTERM)
    #expect(try process.end().code == 0)
    let end = ContinuousClock.now + .seconds(20)
    while try !folder.read("copy").hasSuffix("}\n"), ContinuousClock.now < end { sched_yield() }
    #expect(try folder.read("copy").contains("/nix"))
  }

  /// Here it is a socket, as under systemd, and cannot be opened by its path.
  @Test(arguments: ["/dev/stderr", "/dev/stdout"])
  func aJournalMayBeAStandardStream(path: String) throws {
    let process = try MockProcess(["--port", "0", "--log-level", "critical", "--journal-file", path])
    try refuse(process.readyPort())
    process.send(SIGTERM)
    let ended = try process.end()
    #expect(ended.code == 0)
    #expect((path == "/dev/stderr" ? ended.errors : ended.output).contains("\"target\": \"/nix\""))
  }

  @Test func aJournalWhoseReaderStopsHoldsUpNoStop() throws {
    let folder = try TemporaryFolder()
    let path = makeFIFO(folder)
    let reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    defer { close(reader) }
    let process = try MockProcess(["--port", "0", "--journal-file", path])
    let port = try process.readyPort()
    // More than a pipe holds.
    for _ in 0..<300 { try refuse(port) }
    process.send(SIGTERM)
    #expect(try process.end().code == 0)
  }
}

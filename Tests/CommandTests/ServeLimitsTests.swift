import Foundation
import TestSupport
import Testing

/// A process that may have less than a server needs: it says so, or serves. It never hangs, crashes or only seems ready.
struct ServeLimitsTests {
  private func start(_ limit: String, _ arguments: [String] = []) throws -> MockProcess {
    try MockProcess(
      ["-c", "\(limit); exec \"$0\" --port 0 --loops 1 \"$@\"", MockProcess.program] + arguments, program: "/bin/sh")
  }

  /// A pfop request, an admin call, and an end without hurry.
  private func serves(_ process: MockProcess) throws -> Bool {
    let port = try process.readyPort()
    for (request, status) in [("POST /pfop", 401), ("GET /__admin/requests", 200)] {
      let client = try RawClient(port: port)
      try client.send("\(request) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
      guard try client.readResponse().status == status else { return false }
    }
    process.send(SIGTERM)
    return try process.end().code == 0
  }

  @Test(arguments: [6, 8, 10, 12, 16, 20, 24])
  func tooFewDescriptorsAreSaid(count: Int) throws {
    let ended = try start("ulimit -n \(count)").end()
    #expect(ended.code == 1)
    #expect(ended.output == "")
    #expect(ended.errors.hasPrefix("pfop-mock: too few file descriptors: "))
    #expect(ended.errors.contains("of \(count)") && ended.errors.contains("(ulimit -n)"))
    #expect(ended.errors.count { $0 == "\n" } == 1)
  }

  @Test func aFewDescriptorsAreEnough() throws {
    #expect(try serves(start("ulimit -n 48")))
  }

  private static let reason: Comment = "a sanitizer needs all address space, and /proc"

  /// Kilobytes; how many are enough differs between builds.
  @Test(
    .disabled(if: Sanitizer.isPresent, reason),
    arguments: [60_000, 80_000, 100_000, 120_000, 150_000, 200_000, 250_000, 300_000, 500_000])
  func tooLittleAddressSpaceIsSaid(kilobytes: Int) throws {
    let process = try start("ulimit -v \(kilobytes)")
    do {
      #expect(try serves(process))
    } catch MockProcess.Failure.endedBefore {
      let ended = try process.end()
      #expect(ended.output == "")
      // 127: the loader found no room for the program.
      #expect([1, 127].contains(ended.code), "\(ended.errors)")
      #expect(ended.errors.count { $0 == "\n" } == 1, "\(ended.errors)")
    }
  }

  @Test(.disabled(if: Sanitizer.isPresent, reason)) func aJournalThatDoesNotFitIsSaid() throws {
    let ended = try start("ulimit -v 2000000", ["--journal-size", "10000000"]).end()
    #expect(ended.code == 1)
    #expect(ended.output == "")
    #expect(ended.errors.hasPrefix("pfop-mock: too little memory: "))
    #expect(ended.errors.contains("--journal-size"))
  }

  @Test(
    .disabled(if: Sanitizer.isPresent, reason),
    .enabled(if: Sandbox.isPermitted, "this user may not mount anything in a namespace of its own"))
  func flagsCountWithoutProc() throws {
    let process = try Sandbox.start(
      "mount -t tmpfs none /proc && exec \"$0\" --port 0 --admin-port 0 --loops 2", [MockProcess.program])
    _ = try process.readyPort()
    let admin = try #require(process.output.firstMatch(of: /admin=http:\/\/127\.0\.0\.1:(\d+)\//)).1
    let client = try RawClient(port: #require(UInt16(admin)))
    try client.send("GET /__admin/settings HTTP/1.1\r\nHost: localhost\r\n\r\n")
    #expect(try client.readResponse().text.contains(#""loops": 2"#))
    process.send(SIGTERM)
    #expect(try process.end().code == 0)
  }

  /// Programs in namespaces of their own.
  private enum Sandbox {
    private static let flags = geteuid() == 0 ? ["--mount"] : ["--mount", "--map-root-user"]

    static let isPermitted: Bool = {
      do {
        return try start("mount -t tmpfs none /proc", []).end().code == 0
      } catch {
        return false
      }
    }()

    static func start(_ script: String, _ arguments: [String]) throws -> MockProcess {
      try MockProcess(flags + ["/bin/sh", "-c", script] + arguments, program: "/usr/bin/unshare")
    }
  }
}

import Foundation
import TestSupport
import Testing

/// What keeps `serve` from starting: one line a problem, an exit code, and nothing half-started.
struct ServeFailureTests {
  @Test func aPortInUseIsSaid() throws {
    let first = try MockProcess(["--port", "0"])
    let port = try first.readyPort()
    let folder = try TemporaryFolder()
    let second = try MockProcess.run(["--port", "\(port)", "--port-file", folder.path("port")])
    #expect(
      second
        == MockProcess.Ended(
          code: 1, output: "",
          errors: "pfop-mock: cannot listen on 127.0.0.1:\(port): bind: Address already in use\n"))
    #expect(try folder.names == [])
    first.send(SIGTERM)
    #expect(try first.end().code == 0)
  }

  @Test func aMissingFixtureIsSaid() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("none.yaml")
    let ended = try MockProcess.run(
      ["--port", "0", "--port-file", folder.path("port"), "--fixture", path, "--fixture", path])
    #expect(ended.code == 1)
    #expect(ended.output == "")
    #expect(ended.errors.hasPrefix("pfop-mock: \(path): "))
    #expect(ended.errors.contains("No such file or directory"))
    #expect(try folder.names == [])
  }

  @Test func everyMisspeltFieldIsSaid() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("acounts: []\nbuckets: {media: {key: [k]}}\n", to: "f.yaml")
    let ended = try MockProcess.run(["--port", "0", "--port-file", folder.path("port"), "--fixture", path])
    #expect(ended.code == 1)
    #expect(ended.output == "")
    let lines = ended.errors.split(separator: "\n")
    #expect(lines.allSatisfy { $0.hasPrefix("pfop-mock: \(path):") })
    #expect(lines.contains { $0.contains(":1:1: acounts: ") && $0.contains("did you mean accounts?") })
    #expect(lines.contains { $0.contains(":2:19: buckets.media.key: ") && $0.contains("did you mean keys?") })
    #expect(try folder.names == ["f.yaml"])
  }

  @Test func aHostThatIsNoneIsSaid() throws {
    let ended = try MockProcess.run(["--port", "0", "--host", "256.1.1.1"])
    #expect(ended.code == 1)
    #expect(ended.output == "")
    #expect(ended.errors.hasPrefix("pfop-mock: cannot resolve the host 256.1.1.1: "))
    #expect(ended.errors.count { $0 == "\n" } == 1)
  }

  @Test func aPortFileThatCannotBeIsSaid() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("precious", to: "file")
    for (path, reason) in [
      (folder.path("none/port"), "cannot be written: No such file or directory"),
      (folder.path(""), "the path leads to a folder; allowed: a regular file, or none yet"),
    ] {
      #expect(
        try MockProcess.run(["--port", "0", "--port-file", path])
          == MockProcess.Ended(code: 1, output: "", errors: "pfop-mock: --port-file \(path): \(reason)\n"))
    }
    #expect(FileManager.default.fileExists(atPath: file))
  }

  @Test func aPortFileIsForOneServerAtATime() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("port")
    let first = try MockProcess(["--port", "0", "--port-file", path])
    let port = try first.readyPort()
    #expect(
      try MockProcess.run(["--port", "0", "--port-file", path])
        == MockProcess.Ended(
          code: 1, output: "",
          errors: "pfop-mock: --port-file \(path): another process uses the file; allowed: one process at a time\n"))
    #expect(try folder.read("port") == "\(port)\n")
    #expect(try folder.names == ["port"])
    first.send(SIGTERM)
    #expect(try first.end().code == 0)
    #expect(try folder.names == [])
  }

  /// Whatever killed servers have left.
  @Test func leftoversOfAPortFileAreNotInTheWay() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("port")
    let killed = try MockProcess(["--port", "0", "--port-file", path])
    _ = try killed.readyPort()
    killed.send(SIGKILL)
    #expect(try killed.end().code == 128 + SIGKILL)
    #expect(try folder.names == ["port"])
    for name in ["port.draft", "port.1"] { try folder.write("1\n", to: name) }
    let next = try MockProcess(["--port", "0", "--port-file", path])
    let port = try next.readyPort()
    #expect(try folder.read("port") == "\(port)\n")
    next.send(SIGTERM)
    #expect(try next.end().code == 0)
    #expect(try folder.names == ["port.1"])
  }

  @Test(arguments: [
    (["--port", "65536"], "The value '65536' is invalid for '--port <0-65535>'"),
    (["--prot", "1"], "Unknown option '--prot'. Did you mean '--port'?"),
    (["serve", "--id-start=0"], "--id-start 0 is out of range; allowed: 1 to 9223372036854775807"),
    (["--max-jobs=0"], "--max-jobs 0 is out of range; allowed: 1 and more"),
    (["--max-memory=16777215"], "--max-memory 16777215 is out of range; allowed: 16777216 to 1099511627776"),
    (["--journal-size=0"], "--journal-size 0 is out of range; allowed: 1 to 10000000"),
    (["--loops=65"], "--loops 65 is out of range; allowed: 1 to 64"),
    (["--max-connections=0"], "--max-connections 0 is out of range; allowed: 1 and more"),
    (["--max-request-line=63"], "--max-request-line 63 is out of range; allowed: 64 to 16777216"),
    (["--max-header=16777217"], "--max-header 16777217 is out of range; allowed: 64 to 16777216"),
    (["--max-fields=0"], "--max-fields 0 is out of range; allowed: 1 to 10000"),
    (["--max-body=-1"], "--max-body -1 is out of range; allowed: 0 to 1073741824"),
    (["--tls-port", "70000"], "The value '70000' is invalid for '--tls-port <0-65535>'"),
    (["--tls", "--tls-cert", "c"], "--tls-cert and --tls-key need each other"),
    (["--tls", "--tls-key", "k"], "--tls-cert and --tls-key need each other"),
    (["--tls-cert", "c", "--tls-key", "k"], "--tls-cert is of no use without --tls"),
    (["--tls-ca-out", "c"], "--tls-ca-out is of no use without --tls"),
    (
      ["--tls", "--tls-cert", "c", "--tls-key", "k", "--tls-ca-out", "o"],
      "--tls-ca-out writes the CA of a certificate that is made, and --tls-cert gives another"
    ),
    (["--grace", "5"], "The value '5' is invalid for '--grace <500ms|10s|5m|1h>'"),
    (
      ["--log-level", "loud"],
      "The value 'loud' is invalid for '--log-level <trace|debug|info|notice|warning|error|critical>'"
    ),
    (["serv"], "Unexpected argument 'serv'"),
    (["check"], "Missing expected argument '<path> ...'"),
  ])
  func wrongUsageIsSaidInOneLine(arguments: [String], line: String) throws {
    #expect(
      try MockProcess.run(arguments)
        == MockProcess.Ended(code: 64, output: "", errors: "pfop-mock: \(line)\npfop-mock: see pfop-mock --help\n"))
  }

  @Test(arguments: ["0", "65", "255", "-1"])
  func aNumberOfLoopsOutOfRangeIsNamed(count: String) throws {
    let line = "--loops \(count) is out of range; allowed: 1 to 64"
    #expect(try MockProcess.run(["--loops=\(count)"]).errors.hasPrefix("pfop-mock: \(line)\n"))
    let ended = try MockProcess.run([], environment: ["PFOP_MOCK_LOOPS": count])
    #expect(ended.code == 64)
    #expect(ended.errors.hasPrefix("pfop-mock: PFOP_MOCK_LOOPS: \(line)\n"))
  }

  @Test func aBadVariableIsNamed() throws {
    let ended = try MockProcess.run([], environment: ["PFOP_MOCK_PORT": "a port"])
    #expect(
      ended
        == MockProcess.Ended(
          code: 64, output: "",
          errors: """
            pfop-mock: PFOP_MOCK_PORT: The value 'a port' is invalid for '--port <0-65535>'
            pfop-mock: see pfop-mock --help

            """))
  }
}

import Foundation
import TestSupport
import Testing

/// `--state-file`
struct ServeStateTests {
  private static func nextID(_ port: UInt16) throws -> String {
    let client = try RawClient(port: port)
    try client.send("GET /__admin/metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
    let text = try client.readResponse().text
    return String(try #require(text.split(separator: "\n").first { $0.hasPrefix("pfop_mock_next_id ") }))
  }

  @Test func itIsSavedAtTheEndAndLoadedAtTheStart() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("state.json")
    let first = try MockProcess(["--port", "0", "--state-file", path, "--id-start", "77"])
    #expect(try Self.nextID(first.readyPort()) == "pfop_mock_next_id 77")
    first.send(SIGTERM)
    #expect(try first.end().code == 0)
    #expect(try folder.names == ["state.json"])
    // What is written down goes before the flag.
    let second = try MockProcess(["--port", "0", "--state-file", path, "--id-start", "5"])
    #expect(try Self.nextID(second.readyPort()) == "pfop_mock_next_id 77")
    second.send(SIGTERM)
    #expect(try second.end().code == 0)
  }

  @Test func aBadFileStartsNothing() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(#"{"format": "pfop-mock state", "ids": {"first": 0}}"#, to: "state.json")
    #expect(
      try MockProcess.run(["--port", "0", "--state-file", path])
        == MockProcess.Ended(
          code: 1, output: "",
          errors:
            "pfop-mock: \(path): ids.first: is no such number; allowed: a whole number from 1 to 9223372036854775807\n"
        ))
  }

  /// Before anything is there to lose.
  @Test func aPlaceThatCannotBeWrittenToStartsNothing() throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "file")
    for (path, reason) in [
      (folder.path("none/state.json"), "cannot be written: No such file or directory"),
      (folder.path("file/state.json"), "cannot be written: Not a directory"),
      (folder.path(""), "the path leads to a folder; allowed: a regular file, or none yet"),
      ("/proc/state.json", "cannot be written: No such file or directory"),
    ] {
      #expect(
        try MockProcess.run(["--port", "0", "--state-file", path])
          == MockProcess.Ended(code: 1, output: "", errors: "pfop-mock: \(path): \(reason)\n"))
    }
    #expect(try folder.names == ["file"])
  }

  @Test(.enabled(if: geteuid() == 0, "only root can become another user"))
  func aFolderThatMayNotBeWrittenToStartsNothing() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("state.json")
    let ended = try MockProcess.run(
      ["--reuid=65534", "--clear-groups", MockProcess.program, "--port", "0", "--state-file", path],
      program: "/usr/bin/setpriv")
    #expect(ended.code == 1)
    #expect(ended.errors == "pfop-mock: \(path): cannot be written: Permission denied\n")
  }

  @Test func aFileThatCannotBeWrittenAtTheEndIsSaid() throws {
    let folder = try TemporaryFolder()
    #expect(mkdir(folder.path("in"), 0o700) == 0)
    let path = folder.path("in/state.json")
    let process = try MockProcess(["--port", "0", "--state-file", path])
    _ = try process.readyPort()
    try FileManager.default.removeItem(atPath: folder.path("in"))
    process.send(SIGTERM)
    let ended = try process.end()
    #expect(ended.code == 1)
    #expect(ended.errors.contains("pfop-mock: \(path): cannot be written: No such file or directory\n"))
  }

  /// As on a full disk.
  @Test(.disabled(if: Sanitizer.isPresent, "a sanitizer maps files of its own"))
  func whatCannotBeWrittenAsAWholeLeavesTheOldFile() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("state.json")
    let first = try MockProcess(["--port", "0", "--state-file", path])
    _ = try first.readyPort()
    first.send(SIGTERM)
    #expect(try first.end().code == 0)
    let old = try folder.read("state.json")
    let second = try MockProcess(
      ["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" --port 0 --state-file \"$1\"", MockProcess.program, path],
      program: "/bin/sh")
    _ = try second.readyPort()
    second.send(SIGTERM)
    let ended = try second.end()
    #expect(ended.code == 1)
    #expect(ended.errors.contains("pfop-mock: \(path): cannot be written: File too large\n"))
    #expect(try folder.read("state.json") == old)
    #expect(try folder.names == ["state.json"])
  }

  @Test func aLinkIsFollowed() throws {
    let folder = try TemporaryFolder()
    #expect(mkdir(folder.path("in"), 0o700) == 0)
    #expect(symlink("in/state.json", folder.path("link")) == 0)
    for id in ["77", "5"] {
      let process = try MockProcess(["--port", "0", "--state-file", folder.path("link"), "--id-start", id])
      #expect(try Self.nextID(process.readyPort()) == "pfop_mock_next_id 77")
      process.send(SIGTERM)
      #expect(try process.end().code == 0)
    }
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("link")) == "in/state.json")
    #expect(try folder.names == ["in", "link"])
  }

  @Test func aFileIsForOneServerAtATime() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("state.json")
    #expect(symlink("state.json", folder.path("link")) == 0)
    let first = try MockProcess(["--port", "0", "--state-file", path])
    _ = try first.readyPort()
    for name in [path, folder.path("link")] {
      #expect(
        try MockProcess.run(["--port", "0", "--state-file", name])
          == MockProcess.Ended(
            code: 1, output: "",
            errors: "pfop-mock: \(name): another process uses the file; allowed: one process at a time\n"))
    }
    first.send(SIGTERM)
    #expect(try first.end().code == 0)
    #expect(try folder.names == ["link", "state.json"])
  }

  @Test func nothingPilesUpWhereServersAreKilled() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("state.json")
    for _ in 0..<3 {
      let process = try MockProcess(["--port", "0", "--state-file", path])
      _ = try process.readyPort()
      process.send(SIGKILL)
      #expect(try process.end().code == 128 + SIGKILL)
      #expect(try folder.names == ["state.json.draft"])
      // As if it had been writing.
      try folder.write("{", to: "state.json.draft")
    }
    let last = try MockProcess(["--port", "0", "--state-file", path])
    _ = try last.readyPort()
    last.send(SIGTERM)
    #expect(try last.end().code == 0)
    #expect(try folder.names == ["state.json"])
  }
}

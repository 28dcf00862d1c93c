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

  @Test func aFileThatCannotBeWrittenIsSaid() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("gone/state.json")
    let process = try MockProcess(["--port", "0", "--state-file", path])
    _ = try process.readyPort()
    process.send(SIGTERM)
    let ended = try process.end()
    #expect(ended.code == 1)
    #expect(ended.errors.contains("pfop-mock: \(path): cannot be written: No such file or directory\n"))
  }
}

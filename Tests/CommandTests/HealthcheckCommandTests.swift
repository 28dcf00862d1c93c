import Foundation
import TestSupport
import Testing

struct HealthcheckCommandTests {
  @Test func aServerThatServesIsReady() throws {
    let folder = try TemporaryFolder()
    let file = folder.path("port")
    let server = try MockProcess(["--port", "0", "--port-file", file])
    let port = try server.readyPort()
    let ready = MockProcess.Ended(code: 0, output: "ready\n", errors: "")
    #expect(try MockProcess.run(["healthcheck", "--url", "http://127.0.0.1:\(port)"]) == ready)
    #expect(try MockProcess.run(["healthcheck", "--port-file", file]) == ready)
  }

  @Test func whereNobodyListensNobodyIs() throws {
    let listener = try RawListener(backlog: nil)
    let ended = try MockProcess.run(["healthcheck", "--url", "http://127.0.0.1:\(listener.port)"])
    #expect(ended.code == 1)
    #expect(ended.errors.contains("is not ready: "))
  }

  @Test func oneThatNeverAnswersIsNotWaitedForLong() throws {
    let listener = try RawListener()
    let ended = try MockProcess.run(["healthcheck", "--url", "http://127.0.0.1:\(listener.port)", "--timeout", "50ms"])
    #expect(ended.code == 1)
    #expect(ended.errors.contains("no answer in time"))
  }

  @Test func mistakesAreNamed() throws {
    #expect(try MockProcess.run(["healthcheck", "--url", "x"]).errors.contains("allowed: http://host[:port]"))
    #expect(try MockProcess.run(["healthcheck", "--port-file", "/nowhere/at/all"]).errors.contains("cannot be read"))
    #expect(try MockProcess.run(["healthcheck", "--url", "http://a", "--port-file", "b"]).code == 64)
  }
}

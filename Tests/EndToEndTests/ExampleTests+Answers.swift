import Glibc
import TestSupport
import Testing

/// What answers come, and to whom.
extension ExampleTests {
  func countByKey() throws {
    let mock = try Example.countByKey.serve()
    #expect(try mock.statuses(3) { $0.with("key", "a") } == [599, 200, 200])
    #expect(try mock.statuses(3) { $0.with("key", "b") } == [599, 200, 200])
  }

  func probability() throws {
    let statuses = try Example.probability.serve().statuses(400)
    #expect(Set(statuses) == [200, 599])
    #expect(24...56 ~= statuses.count { $0 == 599 })
    #expect(try Example.probability.serve().statuses(400) == statuses)
    #expect(try Example.probability.serve { $0.seed = 8 }.statuses(400) != statuses)
  }

  func rateLimit() throws {
    let mock = try Example.rateLimit.serve { $0.clock = .manual }
    #expect(try mock.statuses(5) == [200, 200, 200, 429, 429])
    let refused = try mock.answer(to: PfopText().request())
    #expect(refused.status == 429 && refused["Retry-After"] == "1")
    try mock.advance("1s")
    #expect(try mock.statuses(3) == [200, 200, 429])
    try mock.advance("1h")
    #expect(try mock.statuses(4) == [200, 200, 200, 429])
  }

  func customAnswer() throws {
    let answer = try Example.customAnswer.serve().answer(to: PfopText().request())
    #expect(answer.status == 502 && answer.text == "<h1>502 Bad Gateway</h1>")
    #expect(answer["Content-Type"] == "text/html" && answer["Retry-After"] == "5" && answer["X-Reqid"] != nil)
  }

  func jobByCommand() throws {
    let mock = try Example.jobByCommand.serve { $0.clock = .manual }
    let screenshot = try mock.pfop { $0.with("fops", "vframe/jpg/offset/7") }
    let video = try mock.pfop { $0.with("fops", "avthumb/mp4") }
    try mock.advance("5s")
    #expect(try [screenshot, video].map { try mock.status($0)["code"] as? Int } == [3, 2])
    let items = try #require(mock.status(screenshot)["items"] as? [[String: Any]])
    #expect(items[0]["error"] as? String == "no video stream")
    try mock.advance("15s")
    #expect(try mock.status(video)["code"] as? Int == 0)
  }

  func bucketDialect() throws {
    let mock = try Example.bucketDialect.serve()
    #expect(try mock.answer(to: PfopText().request()).text == #"{"persistentId": 1}"#)
    let today = PfopText().with("bucket", "media-today").with("notifyURL", nil)
    #expect(try mock.answer(to: today.request()).text == #"{"persistentId": "z0.2"}"#)
    #expect(try mock.answer(to: PfopText().with("notifyURL", nil).request()).status == 400)
  }

  func statusQuery() throws {
    let mock = try Example.statusQuery.serve()
    let id = try mock.pfop()
    let query = "GET /status/get/prefop?id=\(id) HTTP/1.1\r\nHost: a\r\n\r\n"
    #expect(try (0..<4).map { _ in try mock.answer(to: query).status } == [503, 503, 200, 200])
  }

  func connection() throws {
    let mock = try Example.connection.serve()
    // Nothing was sent yet.
    let first = try mock.connect()
    #expect(throws: RawClient.Failure.receive(code: ECONNRESET)) { try first.readToEnd() }
    #expect(try mock.statuses(2) == [200, 200])
  }

  func header() throws {
    let mock = try Example.header.serve()
    let statuses = try ["", "X-Scenario: outage\r\n", "x-scenario: outage\r\n", "X-Scenario: other\r\n"].map { field in
      try mock.answer(to: PfopText(extraFields: field).request()).status
    }
    #expect(statuses == [200, 503, 503, 200])
  }

  func userAgent() throws {
    let mock = try Example.userAgent.serve()
    let statuses = try ["QiniuPython/7.18.0 (Linux; x86_64; ) Python/3.11.7", "QiniuGo/7.27.0 (linux; amd64; )"].map {
      try mock.answer(to: PfopText(extraFields: "User-Agent: \($0)\r\n").request()).status
    }
    #expect(statuses == [599, 200])
  }

  /// What Go's SDK sends: the same content up to three times more, a field of which is free to differ. Python's sends it
  /// once; `Tests/SDK` has it do so.
  func sdkRetries() throws {
    let mock = try Example.sdkRetries.serve()
    let go = try (0..<4).map { try mock.answer(to: PfopText(extraFields: "X-Try: \($0)\r\n").request()).status }
    #expect(go == [599, 599, 599, 200])
    // Another content is counted for itself.
    #expect(try mock.statuses(5) { $0.with("key", "other.mp4") } == [599, 599, 599, 200, 200])
  }

  func timeWindow() throws {
    let mock = try Example.timeWindow.serve { $0.clock = .manual }
    var statuses: [Int] = []
    for span in ["9999ms", "1ms", "10s", "1ms"] {
      try mock.advance(span)
      statuses += try mock.statuses(1)
    }
    #expect(statuses == [200, 599, 599, 200])
  }
}

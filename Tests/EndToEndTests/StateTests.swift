import Foundation
import Glibc
import PfopMock
import TestSupport
import Testing

/// `GET state`, `PUT state` and the file that keeps it.
struct StateTests {
  private static let yaml = """
    buckets:
      sluggish: { keys: [k], job: { waiting: 10s, processing: 10s } }
      odd: { keys: ["*"], then: [{ status: 599, probability: 0.5 }, { accept: true }] }
      limited: { keys: [k], then: [{ rateLimit: { perSecond: 0.1, burst: 3 } }, { accept: true }] }
    rules:
      - { name: by key, countBy: key, when: { bucket: media, key: "counted*" }, then: [{ status: 571, times: 2 }, { accept: true }] }
      - { name: third time, when: { bucket: sluggish, attempt: 3 }, then: { status: 503 } }
      - { name: later, when: { bucket: sluggish, time: 30s.. }, then: { status: 504 } }
    """

  private static func put(_ mock: MockServer, _ state: String) throws -> RawResponse {
    try mock.answer(
      to: "PUT /__admin/state HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(state.utf8.count)\r\n\r\n\(state)")
  }

  private static func state(_ mock: MockServer) throws -> String {
    let answer = try mock.admin("state")
    #expect(answer.status == 200)
    return answer.text
  }

  private static func server(
    over transport: Transport = .plain, _ change: (inout Configuration) -> Void = { _ in }
  ) throws -> MockServer {
    try MockServer(yaml: yaml, over: transport) {
      $0.clock = .manual
      $0.notifyTries = 3
      $0.limits.parser.content = 8 << 20
      change(&$0)
    }
  }

  /// Much of what there is: counted steps, draws, limits, attempts, jobs in every phase, keys they made, uploads.
  private static func live(_ mock: MockServer, _ round: Int) throws -> [String] {
    var answers: [String] = []
    func ask(_ text: PfopText) throws {
      answers.append(comparable(try mock.answer(to: text.request())))
    }
    for number in 0..<12 {
      try ask(PfopText().with("bucket", "odd").with("key", "k\(round).\(number)"))
      try ask(PfopText().with("key", "counted\(number % 3).mp4"))
    }
    for _ in 0..<2 {
      try ask(PfopText().with("bucket", "limited").with("key", "k").with("notifyURL", nil))
      try ask(PfopText().with("bucket", "sluggish").with("key", "k").with("notifyURL", nil))
    }
    let target = Data("media:made\(round).mp4".utf8).base64EncodedString()
    for _ in 0..<2 { try ask(PfopText().with("fops", "avthumb/mp4%7Csaveas/\(target)")) }
    try ask(PfopText().with("key", "made\(round - 1).mp4"))
    _ = try mock.admin("jobs/1/fail", #"{"error": "own"}"#)
    for id in 1...40 {
      answers.append(comparable(try mock.answer(to: "GET /status/get/prefop?id=\(id) HTTP/1.1\r\nHost: a\r\n\r\n")))
    }
    return answers
  }

  /// Without what differs from server to server: the ids of requests.
  private static func comparable(_ answer: RawResponse) -> String {
    "\(answer.status) " + answer.text.replacing(#/"reqid": "[^"]*"/#, with: "")
  }

  @Test(arguments: Transport.allCases)
  func aRestoredServerAnswersAsTheOriginalWouldHave(over transport: Transport) throws {
    let original = try Self.server(over: transport)
    _ = try Self.live(original, 1)
    try original.advance("15s")
    _ = try Self.live(original, 2)
    let state = try Self.state(original)
    #expect(!state.contains(MockServer.secretKey))
    let restored = try Self.server(over: transport)
    // It has a life of its own, of which nothing is left.
    _ = try Self.live(restored, 7)
    let answer = try Self.put(restored, state)
    #expect(answer.status == 200, "\(answer.text)")
    #expect(try Self.state(restored) == state)
    for round in 3...5 {
      #expect(try Self.live(restored, round) == Self.live(original, round))
      for mock in [original, restored] { try mock.advance("12s") }
    }
    let ends = try [original, restored].map { mock in
      try Self.state(mock).replacing(#/"(reqid|duration)": [^,]*,/#, with: "")
    }
    #expect(ends[0] == ends[1])
  }

  @Test func pendingNotificationsGoOnWhereTheyWere() throws {
    let receiver = try Receiver([500, 200])
    let original = try Self.server()
    let id = try original.pfop {
      $0.with("bucket", "sluggish").with("key", "k").with("notifyURL", receiver.url)
    }
    try original.advance("20s")
    #expect(receiver.requests.count == 1)
    let state = try Self.state(original)
    let restored = try Self.server()
    #expect(try Self.put(restored, state).status == 200)
    #expect(try restored.deliveries().map { $0["status"] as? Int } == [500])
    try restored.advance("999ms")
    #expect(receiver.requests.count == 1)
    try restored.advance("1ms")
    #expect(receiver.requests.count == 2)
    #expect(try restored.deliveries().map { $0["attempt"] as? Int } == [1, 2])
    #expect(try restored.status(id)["code"] as? Int == 0)
  }

  /// It has not come back when the state is written: nobody knows whether it came, so it is sent once more.
  @Test func aNotificationUnderWayIsSentOnceMore() throws {
    let silent = try Receiver([Receiver.silence])
    let original = try MockServer()
    let id = try original.pfop { $0.with("notifyURL", silent.url) }
    while silent.requests.isEmpty {}
    let state = try Self.state(original)
    let receiver = try Receiver()
    let restored = try MockServer()
    #expect(try Self.put(restored, state.replacing(silent.url, with: receiver.url)).status == 200)
    #expect(try restored.admin("jobs/wait", "{\"ids\": [\(id)], \"within\": \"30s\"}").status == 200)
    #expect(receiver.requests.count == 1)
    let deliveries = try restored.deliveries()
    #expect(deliveries.map { $0["outcome"] as? String } == ["failed", "delivered"])
    #expect(deliveries.map { $0["attempt"] as? Int } == [1, 1])
  }

  @Test func onARunningClockWhatRemainedRemains() throws {
    let yaml = "buckets: { long: { keys: [k], job: { waiting: 1h } } }"
    let original = try MockServer(yaml: yaml)
    _ = try original.pfop { $0.with("bucket", "long").with("key", "k") }
    var document = try #require(
      JSONSerialization.jsonObject(with: Data(Self.state(original).utf8)) as? [String: Any])
    // As if it had been written down a day ago.
    let day: Int64 = 86_400_000_000_000
    func time(_ object: Any?, _ name: String) throws -> Int64 {
      try #require(((object as? [String: Any])?[name] as? NSNumber)?.int64Value)
    }
    let now = try time(document["clock"], "now")
    document["clock"] = ["now": now - day, "start": try time(document["clock"], "start") - day]
    var jobs = try #require(document["jobs"] as? [[String: Any]])
    let due = try time(jobs[0], "due")
    jobs[0]["due"] = due - day
    document["jobs"] = jobs
    let aged = String(decoding: try JSONSerialization.data(withJSONObject: document), as: UTF8.self)
    let restored = try MockServer(yaml: yaml)
    let answer = try Self.put(restored, aged)
    #expect(answer.status == 200, "\(answer.text)")
    let after = try JSONSerialization.jsonObject(with: Data(Self.state(restored).utf8)) as? [String: Any]
    let remained = due - now
    // Some of it has passed since.
    let remains =
      try time((after?["jobs"] as? [[String: Any]])?.first, "due") - time(after?["clock"], "now")
    #expect(remains <= remained && remained - remains < 60_000_000_000)
    #expect(try time(after?["clock"], "now") >= now)
  }

  @Test func allOfItOrNothing() throws {
    let mock = try Self.server()
    _ = try Self.live(mock, 1)
    // Whoever is being notified now has been, or has not, before anything is compared.
    try mock.advance("1ms")
    let state = try Self.state(mock)
    // The last of the jobs is at fault.
    let place = try #require(state.ranges(of: #""phase": "#).last)
    let broken = state.replacingCharacters(in: place, with: #""phrase": "#)
    let answer = try Self.put(mock, broken)
    #expect(answer.status == 400)
    #expect((try answer.json["field"] as? String)?.hasSuffix("].phrase") == true)
    #expect(answer.text.contains("did you mean phase?"))
    for text in ["", "{}", "[]", "x"] { #expect(try Self.put(mock, text).status == 400) }
    #expect(try Self.state(mock) == state)
  }

  @Test func anAccountThatIsNotKnownIsRefused() throws {
    let mock = try Self.server()
    let state = try Self.state(mock).replacing(MockServer.accessKey, with: "somebody-else")
    let answer = try Self.put(mock, state)
    #expect(answer.status == 400)
    #expect(try answer.json["field"] as? String == "accounts[0]")
    #expect(answer.text.contains("a state holds no secrets"))
  }

  /// What rules and buckets the state has is what there is, not what the server was started with.
  @Test func theFixtureIsPartOfIt() throws {
    let state = try Self.state(Self.server())
    let plain = try MockServer { $0.clock = .manual }
    let request = try PfopText().with("bucket", "sluggish").with("key", "k").request()
    #expect(try plain.answer(to: request).status == 404)
    #expect(try Self.put(plain, state).status == 200)
    #expect(try plain.answer(to: request).status == 200)
    _ = try plain.admin("reset", #"{"what": ["rules"]}"#)
    #expect(try plain.answer(to: request).status == 200)
    try plain.server.reload()
    #expect(try plain.answer(to: request).status == 404)
  }

  @Test func answersThatAreHeldLeave() throws {
    let yaml = "buckets: { late: { keys: [k], then: { delay: 1h, accept: true } } }"
    let mock = try MockServer(yaml: yaml) { $0.clock = .manual }
    let state = try Self.state(mock)
    let client = try mock.connect()
    try client.send(PfopText().with("bucket", "late").with("key", "k").request())
    while try mock.metric("pfop_mock_held_answers") == 0 {}
    #expect(try Self.put(mock, state).status == 200)
    #expect(try client.readResponse().status == 200)
    #expect(try mock.status(1)["error"] as? String == "no such persistentId")
  }

  @Test func aDocumentThatIsTooLargeIsToldTheFlag() throws {
    let mock = try MockServer { $0.limits.parser.content = 100 }
    let answer = try Self.put(mock, String(repeating: " ", count: 101))
    #expect(answer.status == 413)
    #expect(answer["X-Mock-Diagnosis"]?.contains("--max-body") == true)
  }

  @Test func HEADIsToldTheTypeAlone() throws {
    let mock = try MockServer()
    let client = try mock.connect()
    try client.send("HEAD /__admin/state HTTP/1.1\r\nHost: localhost\r\n\r\n")
    #expect(try client.readResponse(toHead: true)["Content-Type"] == "application/json")
    try client.send("GET /__admin/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
    #expect(try client.readResponse().status == 200)
  }

  // MARK: - File

  private func withFile(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder + "/state.json")
  }

  @Test func itSurvivesARestart() throws {
    try withFile { file in
      let first = try Self.server { $0.stateFile = file }
      #expect(!FileManager.default.fileExists(atPath: file))
      _ = try Self.live(first, 1)
      try first.advance("12s")
      let state = try Self.state(first)
      first.server.stop()
      #expect(try String(contentsOfFile: file, encoding: .utf8) == state)
      var status = stat()
      #expect(stat(file, &status) == 0 && status.st_mode & 0o7777 == 0o600)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: (file as NSString).deletingLastPathComponent).count == 1)
      let second = try Self.server { $0.stateFile = file }
      #expect(try Self.state(second) == state)
      let twin = try Self.server()
      #expect(try Self.put(twin, state).status == 200)
      #expect(try Self.live(second, 2) == Self.live(twin, 2))
    }
  }

  @Test func aBadFileStartsNothingAndStays() throws {
    try withFile { file in
      try #"{"format": "pfop-mock state", "version": 7}"#.write(toFile: file, atomically: false, encoding: .utf8)
      let failure = try #require(throws: StartFailure.self) { try MockServer { $0.stateFile = file } }
      #expect(
        failure.problems == ["\(file): version: is 7, of a pfop-mock newer than this one; allowed: versions up to 1"])
      #expect(try String(contentsOfFile: file, encoding: .utf8).contains("7"))
    }
  }
}

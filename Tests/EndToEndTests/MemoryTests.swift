import Foundation
import TestSupport
import Testing

/// What is kept for clients is bounded in octets, whatever they send.
struct MemoryTests {
  private static let fixture = """
    dialect: current
    buckets:
      roomy: { keys: ["*"] }
      unfinished: { keys: ["*"], job: { waiting: 1h } }
      held: { keys: ["*"], then: { delay: 1s, accept: true } }
    rules:
      - { phase: request, when: { path: /status/get/prefop }, then: { delay: 1s, accept: true } }
    """
  private static let budget = 16 << 20
  /// A request takes less than 1 MiB then.
  private static let longKey = String(repeating: "k", count: 1_000_000)

  private static func request(_ bucket: String, key: String = longKey) throws -> String {
    try PfopText().with("bucket", bucket).with("key", key).with("notifyURL", nil).request()
  }

  @Test func keysOfAMegabyteTakeWhatTheBudgetSays() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "fixture.yaml").path
    let account = "accounts: [{ accessKey: \(MockServer.accessKey), secretKey: \(MockServer.secretKey) }]\n"
    try (account + Self.fixture).write(toFile: file, atomically: true, encoding: .utf8)
    let process = try MockProcess([
      "--port=0", "--loops=1", "--log-level=error", "--fixture=\(file)", "--max-memory=\(Self.budget)",
    ])
    let port = try process.readyPort()
    let client = try RawClient(port: port)
    let request = try Self.request("roomy")
    func ask(_ count: Int) throws {
      for _ in 0..<count {
        try client.send(request)
        #expect(try client.readResponse().status == 200)
      }
    }
    // The first fill every buffer that is kept for good.
    try ask(3)
    let before = try Footprint.residentKilobytes(of: process.pid)
    try ask(100)
    // Jobs may take 8 MiB, and what has been freed may lie between what has not.
    let grown = try Footprint.residentKilobytes(of: process.pid) - before
    #expect(grown < 24 << 10, "grown by \(grown) KB")
    let text = try admin("metrics", client).text
    #expect(text.contains("pfop_mock_memory_evictions_total{store=\"jobs\"} 95"))
  }

  private func admin(_ path: String, _ client: RawClient) throws -> RawResponse {
    try client.send("GET /__admin/\(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
    return try client.readResponse()
  }

  @Test func whereNoJobHasFinishedTheNextOneIsRefused() throws {
    let mock = try MockServer(yaml: Self.fixture) { $0.maxMemory = Self.budget }
    let (long, short) = (try Self.request("unfinished"), try Self.request("unfinished", key: "k"))
    for _ in 0..<8 { #expect(try mock.answer(to: long).status == 200) }
    let refused = try mock.answer(to: long)
    #expect(refused.status == 503 && refused["Content-Type"] == "application/json")
    #expect(refused.text == #"{"code": 503, "error": "no room for another job"}"#)
    let diagnosis = try #require(refused["X-Mock-Diagnosis"])
    #expect(diagnosis.hasPrefix("jobs take 80"))
    #expect(
      diagnosis.hasSuffix(
        " of 8388608 octets, half of --max-memory 16777216, and too few have finished; "
          + "finish or reset jobs, or raise --max-memory"))
    #expect(try mock.answer(to: short).text == #"{"persistentId": "9"}"#)
    let entry = try #require(mock.server.journal.first { $0.status == 503 })
    #expect(entry.decidedBy == "memory" && entry.id == 0 && entry.diagnosis == diagnosis)
    #expect(
      entry.trail.map { "\($0.name) \($0.verdict)" }.suffix(3) == ["saveas passed", "memory decided", "id notReached"])
    #expect(
      try mock.metric("pfop_mock_requests_total{endpoint=\"pfop\",status=\"503\",decided_by=\"memory\"}") == 1)
    #expect(try mock.metric("pfop_mock_jobs{phase=\"waiting\"}") == 9)
    #expect(try mock.call("POST", "jobs/1/finish", "{}").status == 200)
    #expect(try mock.answer(to: long).text == #"{"persistentId": "10"}"#)
    #expect(try mock.metric("pfop_mock_memory_evictions_total{store=\"jobs\"}") == 1)
    let held = try mock.metric("pfop_mock_memory_held_bytes{store=\"jobs\"}")
    #expect(held > 8_000_000 && held <= 8_388_608)
    #expect(try mock.metric("pfop_mock_memory_share_bytes{store=\"jobs\"}") == 8_388_608)
    #expect(try mock.metric("pfop_mock_memory_budget_bytes") == 16_777_216)
  }

  @Test func responsesThatWouldBeHeldAreRefusedWhileNoMoreCanBe() throws {
    let mock = try MockServer(yaml: Self.fixture) {
      $0.maxMemory = Self.budget
      $0.clock = .manual
      $0.loops = 1
    }
    let (late, status) = (try Self.request("held", key: "k"), "GET /status/get/prefop?id=1 HTTP/1.1\r\nHost: a\r\n\r\n")
    var clients: [RawClient] = []
    let share = try mock.metric("pfop_mock_memory_share_bytes{store=\"heldResponses\"}")
    while try mock.metric("pfop_mock_memory_held_bytes{store=\"heldResponses\"}") < share {
      for _ in 0..<20 {
        clients.append(try mock.connect())
        try clients.last?.send(clients.count % 2 == 0 ? late : status)
      }
      // They are decided in any order, and all before this is answered.
      while try mock.metric("pfop_mock_held_answers") < Double(clients.count), try refusals(mock) == 0 {}
    }
    let held = Int(try mock.metric("pfop_mock_held_answers"))
    let next = try mock.metric("pfop_mock_next_id")
    for request in [late, status] {
      let refused = try mock.answer(to: request)
      #expect(refused.status == 503)
      #expect(refused.text == #"{"code": 503, "error": "no room for another held response"}"#)
      #expect(refused["X-Mock-Diagnosis"]?.hasPrefix("held responses take all of 524288 octets") == true)
    }
    #expect(try mock.metric("pfop_mock_next_id") == next)
    #expect(try Self.isAnswered(mock))
    try mock.advance("1s")
    let statuses = try clients.map { try $0.readResponse().status }
    #expect(statuses.count { $0 != 503 } == held)
    #expect(try mock.metric("pfop_mock_memory_held_bytes{store=\"heldResponses\"}") == 0)
  }

  /// A request that is not to be held is answered as ever.
  private static func isAnswered(_ mock: MockServer) throws -> Bool {
    try mock.answer(to: request("roomy", key: "k")).status == 200
  }

  private func refusals(_ mock: MockServer) throws -> Int { mock.server.journal.count { $0.status == 503 } }

  @Test func aStateThatIsTakenOverKeepsToTheBudget() throws {
    let large = try MockServer(yaml: Self.fixture) { $0.limits.parser.content = 64 << 20 }
    for _ in 0..<12 { _ = try large.answer(to: Self.request("roomy")) }
    let state = try large.answer(to: "GET /__admin/state HTTP/1.1\r\nHost: localhost\r\n\r\n").text
    #expect(state.utf8.count > 12_000_000)
    let small = try MockServer(yaml: Self.fixture) {
      $0.maxMemory = Self.budget
      $0.limits.parser.content = 64 << 20
    }
    #expect(try small.call("PUT", "state", state).status == 200)
    #expect(try small.metric("pfop_mock_memory_held_bytes{store=\"jobs\"}") <= 8_388_608)
    #expect(try small.metric("pfop_mock_memory_evictions_total{store=\"jobs\"}") == 4)
    #expect(try small.admin("jobs?limit=1").json["jobs"] as? [[String: Any]] != nil)
    #expect(try small.metric("pfop_mock_next_id") == 13)
  }

  @Test func aBudgetOutOfRangeIsRefused() {
    #expect {
      try MockServer { $0.maxMemory = 1 }
    } throws: { error in
      "\(error)" == "maxMemory 1 is out of range; allowed: 16777216 to 1099511627776"
    }
  }
}

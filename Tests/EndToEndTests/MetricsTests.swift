import Foundation
import TestSupport
import Testing

/// `GET metrics`, as Prometheus asks for it; that its own parser reads it is shown with that parser, in `Tests/SDK`.
struct MetricsTests {
  @Test(arguments: Transport.allCases)
  func requestsAreCountedByWhatBecameOfThem(over transport: Transport) throws {
    let mock = try MockServer(
      yaml: "rules: [ { name: secret-name, when: { key: ruled.mp4 }, then: { status: 571 } } ]", over: transport)
    for _ in 0..<3 { _ = try mock.pfop { $0 } }
    _ = try mock.answer(to: PfopText().with("key", "ruled.mp4").request())
    _ = try mock.answer(to: PfopText().with("bucket", "nobody-knows-it").request())
    _ = try mock.answer(to: PfopText().with("bucket", "outcome-599").request())
    _ = try mock.answer(to: "GET /made-up-by-a-client HTTP/1.1\r\nHost: a\r\n\r\n")
    _ = try mock.answer(to: "no HTTP\r\n\r\n")
    let text = try mock.answer(to: "GET /__admin/metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
    #expect(text["Content-Type"] == "text/plain; version=0.0.4")
    let requests = text.text.split(separator: "\n").filter { $0.hasPrefix("pfop_mock_requests_total{") }
    #expect(
      requests.map(String.init) == [
        #"pfop_mock_requests_total{endpoint="none",status="400",decided_by="framing"} 1"#,
        #"pfop_mock_requests_total{endpoint="none",status="404",decided_by="route"} 1"#,
        #"pfop_mock_requests_total{endpoint="pfop",status="200",decided_by="accepted"} 3"#,
        #"pfop_mock_requests_total{endpoint="pfop",status="404",decided_by="bucket"} 1"#,
        #"pfop_mock_requests_total{endpoint="pfop",status="571",decided_by="rule"} 1"#,
        #"pfop_mock_requests_total{endpoint="pfop",status="599",decided_by="bucket step"} 1"#,
      ])
    for name in ["secret-name", "nobody-knows-it", "made-up", "ruled.mp4", MockServer.accessKey] {
      #expect(!text.text.contains(name))
    }
    #expect(try mock.metric("pfop_mock_journal_entries") == 8)
    #expect(try mock.metric("pfop_mock_next_id") == 4)
  }

  @Test func jobsAndNotificationsAreCountedByHowFarTheyAre() throws {
    let receiver = try Receiver([500, 200])
    let mock = try MockServer(
      yaml: "buckets: { sluggish: { keys: [k], job: { waiting: 10s, processing: 10s } } }"
    ) { $0.clock = .manual }
    for _ in 0..<2 {
      _ = try mock.pfop { $0.with("bucket", "sluggish").with("key", "k").with("notifyURL", receiver.url) }
    }
    _ = try mock.pfop { $0.with("notifyURL", "http://192.0.2.1/") }
    try mock.advance("0")
    func jobs() throws -> [Double] {
      try ["waiting", "processing", "finished"].map { try mock.metric("pfop_mock_jobs{phase=\"\($0)\"}") }
    }
    #expect(try jobs() == [2, 0, 1])
    try mock.advance("15s")
    #expect(try jobs() == [0, 2, 1])
    try mock.advance("1h")
    #expect(try jobs() == [0, 0, 3])
    func notifications(_ outcome: String) throws -> Double {
      try mock.metric("pfop_mock_notifications_total{outcome=\"\(outcome)\"}")
    }
    #expect(try ["delivered", "failed", "suppressed"].map(notifications) == [2, 1, 1])
    #expect(try mock.metric("pfop_mock_notifications_under_way") == 0)
    _ = try mock.admin("reset", #"{"what": ["jobs"]}"#)
    #expect(try jobs() == [0, 0, 0])
    #expect(try mock.metric("pfop_mock_ids_issued") == 3)
  }

  @Test func answersThatAreHeldAndWhatHasLeftTheJournalAreCounted() throws {
    let mock = try MockServer(
      yaml: "buckets: { late: { keys: [k], then: { delay: 1s, accept: true } } }"
    ) {
      $0.clock = .manual
      $0.journalCapacity = 2
    }
    let client = try mock.connect()
    try client.send(PfopText().with("bucket", "late").with("key", "k").request())
    while try mock.metric("pfop_mock_held_answers") != 1 {}
    for _ in 0..<2 { _ = try mock.pfop { $0 } }
    #expect(try mock.metric("pfop_mock_journal_entries") == 2)
    #expect(try mock.metric("pfop_mock_journal_entries_left_total") == 1)
    #expect(try mock.call("DELETE", "requests").status == 200)
    #expect(try mock.metric("pfop_mock_journal_entries") == 0)
    #expect(try mock.metric("pfop_mock_journal_entries_left_total") == 1)
    #expect(try mock.metric("pfop_mock_connections") >= 2)
    #expect(try mock.metric("pfop_mock_connections_accepted_total") >= 4)
    try mock.advance("1s")
    #expect(try client.readResponse().status == 200)
    #expect(try mock.metric("pfop_mock_held_answers") == 0)
  }
}

extension MockServer {
  /// The value of one sample.
  /// - Parameter name: with its labels, as it is written.
  func metric(_ name: String) throws -> Double {
    let text = try answer(to: "GET /__admin/metrics HTTP/1.1\r\nHost: localhost\r\n\r\n").text
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(name + " ") }, "\(name) is not there")
    return try #require(Double(line.dropFirst(name.utf8.count + 1)))
  }
}

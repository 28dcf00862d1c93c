import Glibc
import TestSupport
import Testing

/// `fixtures/chaos.yaml` on sockets.
struct ChaosTests {
  /// What a client gets: every octet of it, and how it ended.
  private struct Outcome: Equatable, CustomStringConvertible {
    enum End { case fin, reset, never }
    var text: String
    var end: End

    var isUsual: Bool { text.hasPrefix("HTTP/1.1 200 ") && text.hasSuffix("}") && end == .fin }
    var description: String { "\(end): \(text)" }
  }

  /// A day of so many requests, one after the other, on a clock that moves only between them.
  private func day(_ count: Int, seed: UInt64) throws -> [Outcome] {
    let mock = try MockServer(fixture: "fixtures/chaos.yaml") {
      $0.loops = 1
      $0.clock = .manual
      $0.seed = seed
    }
    return try (0..<count).map { number in
      let client = try mock.connect()
      // An address that nobody is let call: notifications cost nothing.
      let text = PfopText(extraFields: "Connection: close\r\n").with("notifyURL", "http://192.0.2.1/")
      try client.send(text.with("key", "\(number)").request())
      try mock.awaitDecision(of: "\(number)")
      try mock.advance("1m")
      guard client.hasMore(within: isHung(mock) ? 0 : 10_000) else { return Outcome(text: "", end: .never) }
      do {
        return Outcome(text: String(decoding: try client.readToEnd(), as: UTF8.self), end: .fin)
      } catch RawClient.Failure.receive(code: ECONNRESET) {
        return Outcome(text: String(decoding: client.received, as: UTF8.self), end: .reset)
      }
    }
  }

  private func isHung(_ mock: MockServer) -> Bool { mock.server.journal.last?.remark == "scripted answer: hang" }

  @Test func theSameSeedGivesTheSameOctets() throws {
    let day = try day(400, seed: 7)
    #expect(try self.day(400, seed: 7) == day)
    // About seven in eight have nothing odd about their answer.
    #expect(300...385 ~= day.count { $0.isUsual })
    for status in [599, 573, 502] { #expect(day.contains { $0.text.hasPrefix("HTTP/1.1 \(status) ") }, "\(status)") }
    #expect(day.contains { $0.end == .reset } && day.contains { $0.end == .never })
    #expect(day.contains(Outcome(text: "", end: .fin)))
  }

  @Test func statusQueriesFailNowAndThen() throws {
    let mock = try MockServer(fixture: "fixtures/chaos.yaml") { $0.seed = 7 }
    let query = "GET /status/get/prefop?id=1 HTTP/1.1\r\nHost: a\r\n\r\n"
    let client = try mock.connect()
    try client.send(String(repeating: query, count: 2000))
    let statuses = try (0..<2000).map { _ in try client.readResponse().status }
    #expect(Set(statuses) == [404, 503])
    #expect(5...40 ~= statuses.count { $0 == 503 })
  }
}

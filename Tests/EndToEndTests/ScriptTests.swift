import Dispatch
import Foundation
import Glibc
import Guarded
import PfopMock
import TestSupport
import Testing

/// Scripts on sockets: what neighbours see of a fault, answers that a held clock holds, and runs that are had again.
@Suite(.overEachTransport)
struct ScriptTests {
  /// Any key of `media`; rules are for the keys that they name.
  private func mock(_ rules: String, _ change: (inout Configuration) -> Void = { _ in }) throws -> MockServer {
    try MockServer(yaml: "buckets: { any: { keys: [\"*\"] } }\nrules: \(rules)", change)
  }

  private func pfop(_ key: String, _ change: (PfopText) -> PfopText = { $0 }) throws -> String {
    try change(PfopText().with("bucket", "any").with("key", key)).request()
  }

  // MARK: - Neighbours

  /// Those before it on its connection have their answers whole, and other connections notice nothing.
  @Test(arguments: [
    ("connectionResetByPeer", ""), ("emptyResponse", ""), ("closeAfterHeaders", "HTTP/1.1 200 OK\r\n"),
    ("truncatedBody", "{\"persist"), ("malformedResponseChunk", "xyz\r\n"),
    ("duplicateResponse", "{\"persistentId\": 3}"),
  ])
  func aFaultEndsItsConnectionAndNoOther(_ fault: String, _ seen: String) throws {
    let mock = try mock("[{ when: { key: bad }, then: { accept: true, fault: \(fault) } }]")
    let other = try mock.connect()
    let client = try mock.connect()
    try client.send(pfop("a") + pfop("b") + pfop("bad") + pfop("c"))
    for id in 1...2 { #expect(try client.readResponse().text == "{\"persistentId\": \(id)}") }
    do {
      let rest = String(decoding: try client.readToEnd(), as: UTF8.self)
      #expect(
        fault != "connectionResetByPeer" && (seen.isEmpty || rest.contains(seen))
          && !rest.contains("\"persistentId\": 4"))
      #expect(rest.isEmpty == (fault == "emptyResponse"))
    } catch RawClient.Failure.receive(let code) {
      // A RST is one, with no FIN before it.
      #expect(fault == "connectionResetByPeer" && code == ECONNRESET)
      #expect(client.received.isEmpty)
    }
    // The job was made: only its answer was lost. And what stood behind it was never read.
    try other.send(pfop("d"))
    #expect(try other.readResponse().text == "{\"persistentId\": 4}")
    #expect(try mock.status(3)["code"] as? Int == 0)
  }

  /// What only looks odd leaves the connection as it is.
  @Test(arguments: [
    ("missingReqid", "{\"persistentId\": 2}"), ("wrongContentType", "{\"persistentId\": 2}"),
    ("invalidJSON", "{\"persist"), ("persistentIdAsFloat", "{\"persistentId\": 2.0}"),
  ])
  func aFaultOfLooksIsOfItsOwnAnswerAlone(_ fault: String, _ text: String) throws {
    let mock = try mock("[{ when: { key: bad }, then: { fault: \(fault) } }]")
    let client = try mock.connect()
    try client.send(pfop("a") + pfop("bad") + pfop("c"))
    let answers = try (0..<3).map { _ in try client.readResponse() }
    #expect(answers.map(\.text) == ["{\"persistentId\": 1}", text, "{\"persistentId\": 3}"])
    #expect(answers.map { $0["X-Reqid"] == nil } == [false, fault == "missingReqid", false])
    #expect(answers.map { $0["Content-Type"] == "text/html" } == [false, fault == "wrongContentType", false])
  }

  @Test func whoHangsIsLeftAloneUntilHeLeaves() throws {
    let mock = try mock("[{ when: { key: bad }, then: { fault: hang } }]")
    let client = try mock.connect()
    try client.send(pfop("a") + pfop("bad") + pfop("c"))
    #expect(try client.readResponse().status == 200)
    // Others are served meanwhile, and the one that hangs has no effect.
    for id in 2...20 { #expect(try mock.answer(to: pfop("x")).text == "{\"persistentId\": \(id)}") }
    client.leave()
    #expect(mock.server.journal.filter { $0.status == 0 }.map(\.decidedBy) == ["rule 1"])
  }

  @Test func slowAnswersComeInPiecesAndInOrder() throws {
    let mock = try mock(
      """
      [{ when: { key: dribble }, then: { accept: true, dribble: { chunks: 5, over: 40ms } } },
       { when: { key: bandwidth }, then: { status: 599, bandwidth: 5KB/s, body: "0123456789" } },
       { when: { key: delay }, then: { accept: true, delay: 20ms } }]
      """)
    let client = try mock.connect()
    let start = DispatchTime.now()
    try client.send(pfop("a") + pfop("dribble") + pfop("bandwidth") + pfop("delay") + pfop("b"))
    let answers = try (0..<5).map { _ in try client.readResponse() }
    #expect(
      answers.map(\.text) == [
        "{\"persistentId\": 1}", "{\"persistentId\": 2}", "0123456789", "{\"persistentId\": 3}",
        "{\"persistentId\": 4}",
      ])
    let milliseconds = Double(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds) / 1e6
    #expect(milliseconds >= 60, "\(milliseconds)")
  }

  @Test func aThousandAtOnceMeetAFaultAsOftenAsItSays() throws {
    let mock = try mock(
      "[{ then: [{ fault: connectionResetByPeer, times: 2 }, { status: 599, times: 3 }, { accept: true }] }]")
    let request = try pfop("k")
    let outcomes = Tally()
    DispatchQueue.concurrentPerform(iterations: 100) { _ in
      for _ in 0..<10 {
        do {
          outcomes.count("\(try mock.answer(to: request).status)")
        } catch RawClient.Failure.receive(ECONNRESET) {
          outcomes.count("reset")
        } catch {
          outcomes.count("\(error)")
        }
      }
    }
    #expect(outcomes.counts == ["reset": 2, "599": 3, "200": 995])
  }

  // MARK: - Phases

  @Test func earlyRulesDecideBeforeAnySignature() throws {
    let mock = try mock(
      """
      [{ name: maintenance, phase: request, when: { path: "/status/*", userAgent: "Qiniu*" },
         then: [{ status: 503, headers: { Retry-After: "7" }, times: 1 }, { accept: true }] },
       { name: unsigned, phase: request, when: { method: POST, header: { X-Lost: "*" } }, then: { fault: emptyResponse } }]
      """)
    func status(_ fields: String = "") throws -> RawResponse {
      try mock.answer(to: "GET /status/get/prefop?id=1 HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
    }
    #expect(try status().status == 404)
    let refused = try status("User-Agent: QiniuPython/7.18.0\r\n")
    #expect(refused.status == 503 && refused["Retry-After"] == "7")
    #expect(refused.text == #"{"code": 503, "error": "service unavailable"}"#)
    #expect(refused["X-Mock-Diagnosis"] == "scripted: step 1 of 2 of rule maintenance, taken 1 of 1 times")
    #expect(try status("User-Agent: QiniuPython/7.18.0\r\n").status == 404)
    let client = try mock.connect()
    try client.send(PfopText(secretKey: "wrong", extraFields: "X-Lost: yes\r\n").request())
    #expect(try client.readToEnd().isEmpty)
    #expect(mock.server.journal.last?.decidedBy == "rule unsigned")
    #expect(try mock.answer(to: PfopText(secretKey: "wrong").request()).status == 401)
    // What is no endpoint meets no rule.
    #expect(
      try mock.answer(to: "POST /nix HTTP/1.1\r\nHost: a\r\nX-Lost: a\r\nContent-Length: 0\r\n\r\n").status == 404)
  }

  @Test func connectionsMeetTheirRulesBeforeAnythingIsRead() throws {
    let mock = try mock(
      """
      [{ phase: connection, then: [{ fault: connectionResetByPeer, times: 1 }, { fault: emptyResponse, times: 1 },
         { fault: randomDataThenClose, times: 1 }, { delay: 20ms, times: 1 }] }]
      """)
    #expect(throws: RawClient.Failure.receive(code: ECONNRESET)) { try mock.connect().readToEnd() }
    #expect(try mock.connect().readToEnd().isEmpty)
    #expect(try mock.connect().readToEnd().count >= 32)
    let start = DispatchTime.now()
    #expect(try mock.answer(to: pfop("a")).status == 200)
    #expect(DispatchTime.now().uptimeNanoseconds - start.uptimeNanoseconds >= 20_000_000)
    #expect(try mock.answer(to: pfop("a")).status == 200)
    let told = mock.server.journal.filter { $0.method.isEmpty }
    #expect(told.map(\.decidedBy) == ["rule 1", "rule 1", "rule 1"])
    #expect(told[0].diagnosis.hasSuffix("before anything was read from the connection"))
  }

  // MARK: - Time

  @Test func aHeldClockHoldsAnswers() throws {
    let mock = try mock(
      """
      [{ when: { key: two }, then: { accept: true, delay: 2s } },
       { when: { key: one }, then: { status: 599, delay: 1s } },
       { when: { key: lost }, then: { fault: connectionResetByPeer, delay: 1s } }]
      """
    ) { $0.clock = .manual }
    let (two, one, lost) = (try mock.connect(), try mock.connect(), try mock.connect())
    try two.send(pfop("two") + pfop("behind"))
    try one.send(pfop("one"))
    try lost.send(pfop("lost"))
    // Answered behind all of them: they have come.
    while mock.server.journal.count < 3 { try mock.advance("0") }
    try mock.advance("999ms")
    #expect(!two.hasMore() && !one.hasMore() && !lost.hasMore())
    try mock.advance("1ms")
    #expect(try one.readResponse().status == 599)
    #expect(throws: RawClient.Failure.receive(code: ECONNRESET)) { try lost.readToEnd() }
    #expect(!two.hasMore())
    try mock.advance("1h")
    #expect(try two.readResponse().text == "{\"persistentId\": 1}")
    #expect(try two.readResponse().text == "{\"persistentId\": 2}")
    #expect(mock.server.journal.first { $0.key == "two" }?.remark == "scripted answer: delay 2s")
  }

  @Test func aConnectionIsHeldByAHeldClock() throws {
    let mock = try mock("[{ phase: connection, then: { delay: 1s, times: 1 } }]") { $0.clock = .manual }
    let client = try mock.connect()
    try client.send(pfop("a"))
    #expect(try mock.answer(to: pfop("b")).text == "{\"persistentId\": 1}")
    #expect(!client.hasMore())
    try mock.advance("1s")
    #expect(try client.readResponse().text == "{\"persistentId\": 2}")
  }

  @Test func whatIsHeldIsSentWhenTheServerStops() throws {
    let mock = try mock("[{ then: { accept: true, delay: 1h } }]") { $0.clock = .manual }
    let client = try mock.connect()
    try client.send(pfop("a"))
    while mock.server.journal.isEmpty { try mock.advance("0") }
    let stopped = DispatchGroup()
    DispatchQueue(label: "stop").async(group: stopped) { mock.server.stop(grace: .seconds(30)) }
    #expect(try client.readResponse().status == 200)
    client.leave()
    stopped.wait()
  }

  // MARK: - Notifications

  @Test func anEarlyNotificationIsThereBeforeTheAnswer() throws {
    let receiver = try Receiver([Receiver.silence, 200])
    let mock = try mock("[{ then: { fault: earlyNotification } }]") { $0.notifyDeadline = .milliseconds(50) }
    let answer = try mock.answer(to: pfop("k") { $0.with("notifyURL", receiver.url) })
    #expect(answer.text == "{\"persistentId\": 1}")
    #expect(receiver.requests.count == 1)
    #expect(try mock.deliveries().map { $0["outcome"] as? String } == ["failed"])
    // With nobody to tell there is nothing to wait for.
    #expect(try mock.answer(to: pfop("k") { $0.with("notifyURL", "http://192.0.2.1/") }).status == 200)
  }

  @Test func aNotificationComesTwiceOrLate() throws {
    let receiver = try Receiver()
    let mock = try mock(
      """
      [{ when: { key: twice }, then: { fault: duplicateNotification } },
       { when: { key: late }, then: { fault: lateNotification } },
       { when: { key: later }, then: { accept: true, job: { processing: 1s, notifyAfter: 5s } } }]
      """
    ) { $0.clock = .manual }
    for key in ["twice", "late", "later"] {
      #expect(try mock.answer(to: pfop(key) { $0.with("notifyURL", receiver.url + "?\(key)") }).status == 200)
    }
    func targets(after time: String) throws -> [String] {
      try mock.advance(time)
      return receiver.requests.map { String($0.target.dropFirst("/done?".count)) }
    }
    #expect(try targets(after: "0") == ["twice", "twice"])
    #expect(try targets(after: "5999ms") == ["twice", "twice"])
    #expect(try targets(after: "1ms") == ["twice", "twice", "later"])
    #expect(try targets(after: "54s") == ["twice", "twice", "later", "late"])
    #expect(receiver.requests[0].body == receiver.requests[1].body)
  }

  // MARK: - Once more

  /// Everything that a client of a server with a seed, one loop and a held clock can see is the same in the next run.
  @Test func theSameSeedAndTheSameRequestsGiveTheSameOctets() throws {
    let rules = """
      [{ name: chance, when: { key: "k*" }, then: [{ status: 599, probability: 0.2 }, { status: 573, probability: 0.2 },
         { accept: true, probability: 0.2, fault: invalidJSON }, { status: 418, probability: 0.3, delay: { uniform: [1ms, 9s] } },
         { accept: true }] },
       { name: garbage, when: { key: garbage }, then: { fault: randomDataThenClose } }]
      """
    func run(seed: UInt64) throws -> [UInt8] {
      let mock = try mock(rules) {
        $0.seed = seed
        $0.clock = .manual
        $0.loops = 1
      }
      #expect(mock.server.seed == seed)
      let client = try mock.connect()
      var seen: [UInt8] = []
      for number in 0..<60 {
        for request in [
          try pfop("k\(number)"), "GET /status/get/prefop?id=\(number) HTTP/1.1\r\nHost: a\r\n\r\n",
          "GET /nix HTTP/1.1\r\nHost: a\r\n\r\n",
        ] {
          let count = mock.server.journal.count
          try client.send(request)
          // It has been decided before the clock moves on.
          try mock.awaitDecisions(count + 1)
          try mock.advance("10s")
          let answer = try client.readResponse()
          seen += Array("\(answer.status) \(answer.fields) \(answer.text)\n".utf8)
        }
      }
      try client.send(pfop("garbage"))
      return try seen + client.readToEnd()
    }
    let first = try run(seed: 42)
    #expect(try run(seed: 42) == first)
    #expect(try run(seed: 43) != first)
    #expect(String(decoding: first, as: UTF8.self).contains("2026-01-01T08:"))
  }
}

/// Counts words, from any thread.
private final class Tally: Sendable {
  private let words = Guarded<[String: Int]>([:])

  func count(_ word: String) { words.withLock { $0[word, default: 0] += 1 } }

  var counts: [String: Int] { words.withLock { $0 } }
}

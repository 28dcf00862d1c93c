import Foundation
import PfopMock
import TestSupport
import Testing

/// The journal as testers ask for it.
struct RequestsTests {
  private typealias Object = [String: Any]

  private func requests(_ mock: MockServer, _ query: String = "") throws -> [Object] {
    try #require(mock.admin("requests?\(query)").json["requests"] as? [Object])
  }

  private func one(_ mock: MockServer, _ name: some CustomStringConvertible) throws -> Object {
    let answer = try mock.admin("requests/\(name)")
    #expect(answer.status == 200, "\(answer.text)")
    return try answer.json
  }

  private func delete(_ mock: MockServer, _ query: String = "") throws -> RawResponse {
    try mock.answer(to: "DELETE /__admin/requests\(query) HTTP/1.1\r\nHost: localhost\r\n\r\n")
  }

  // MARK: - One request

  @Test(arguments: Transport.allCases)
  func aRequestIsToldAsItCameAndItsAnswerAsItLeft(over transport: Transport) throws {
    let mock = try MockServer(over: transport)
    let text = try PfopText(extraFields: "User-Agent: ua/1\r\n").request()
    let client = try mock.connect()
    try client.send(text)
    let answer = try client.readResponse()
    let reqid = try #require(answer["X-Reqid"])
    let entry = try one(mock, reqid)
    let (request, told) = (entry["request"] as? Object, entry["answer"] as? Object)
    #expect(request?["text"] as? String == text)
    #expect(request?["octets"] as? Int == text.utf8.count)
    let octets = try #require(told?["text"] as? String)
    #expect(octets.hasPrefix("HTTP/1.1 200 OK\r\n") && octets.hasSuffix("\r\n\r\n\(answer.text)"))
    #expect(octets.contains("X-Reqid: \(reqid)\r\n"))
    #expect(told?["sent"] as? Int == octets.utf8.count)
    #expect(told?["end"] as? String == "complete")
    #expect(told?["steps"] == nil)
    #expect(entry["userAgent"] as? String == "ua/1" && entry["tls"] as? Bool == (transport == .tls))
    #expect(entry["accessKey"] as? String == MockServer.accessKey && entry["authorization"] as? String == "valid")
    #expect(entry["fops"] as? String == "avinfo" && entry["notifyURL"] as? String == "http://127.0.0.1:9/done")
    let spans = try #require(entry["microseconds"] as? [String: Int])
    #expect(Set(spans.keys) == ["connected", "receiving", "deciding", "sending"])
    #expect(spans.values.allSatisfy { (0..<60_000_000).contains($0) })
    let checks = try #require(entry["tried"] as? [Object])
    #expect(
      checks.compactMap { $0["check"] as? String } == [
        "framing", "host", "route", "method", "authorization", "content type", "form", "parameter", "bucket", "key",
        "saveas", "memory", "id",
      ])
    #expect(checks.allSatisfy { $0["verdict"] as? String == "passed" })
    #expect(try one(mock, 0)["reqid"] as? String == reqid)
  }

  @Test(arguments: [
    ("media", "nix", "key", 9), ("nix", "x", "bucket", 8), ("", "x", "parameter", 7),
  ])
  func aRefusalIsToldWithTheChecksBeforeIt(bucket: String, key: String, check: String, passedCount: Int) throws {
    let mock = try MockServer()
    _ = try mock.answer(to: PfopText().with("bucket", bucket).with("key", key).request())
    let tried = try #require(one(mock, 0)["tried"] as? [Object])
    let verdicts = tried.filter { $0["check"] != nil }.map { $0["verdict"] as? String }
    #expect(verdicts.prefix(passedCount).allSatisfy { $0 == "passed" })
    #expect(verdicts[passedCount] == "decided")
    #expect(tried.first { $0["verdict"] as? String == "decided" }?["check"] as? String == check)
    #expect(verdicts.dropFirst(passedCount + 1).allSatisfy { $0 == "notReached" })
  }

  @Test func rulesAreToldWithTheConditionThatDidNotHold() throws {
    let mock = try MockServer(
      yaml: """
        rules:
          - { name: early, phase: request, when: { userAgent: "curl/*" }, then: { status: 500 } }
          - { name: by index, when: { key: other.mp4, bucket: media }, then: { status: 501 } }
          - { name: used up, when: { bucket: media }, then: { status: 502, times: 1 } }
          - { name: by header, when: { bucket: "me*", header: { X-Test: yes } }, then: { status: 503 } }
          - { name: goes on, when: { key: "*.mp4" }, then: { accept: true } }
          - { name: never tried, then: { status: 504 } }
        """)
    for _ in 0..<2 { _ = try mock.answer(to: PfopText(extraFields: "X-Test: no\r\n").request()) }
    let entry = try one(mock, 1)
    let rules = try #require(entry["tried"] as? [Object]).filter { $0["rule"] != nil }
    #expect(
      rules.map { "\($0["rule"] ?? "") \($0["phase"] ?? "") \($0["verdict"] ?? "")" } == [
        "rule early request passedOver", "rule by index outcome passedOver", "rule used up outcome passedOver",
        "rule by header outcome passedOver", "rule goes on outcome wentOn",
      ])
    #expect(rules[0]["reason"] as? String == "does not hold: userAgent is not there, asked for: curl/*")
    let mismatch = rules[1]["mismatch"] as? [String: String]
    #expect(mismatch == ["field": "key", "expected": "other.mp4", "actual": "video.mp4"])
    #expect((rules[2]["reason"] as? String)?.contains("no step had its turn") == true)
    #expect((rules[3]["mismatch"] as? Object)?["field"] as? String == "header.x-test")
    #expect(entry["decidedBy"] as? String == "rule goes on" && entry["status"] as? Int == 200)
    // The first one was decided by a rule, and came no further.
    let first = try #require(one(mock, 0)["tried"] as? [Object])
    #expect(first.first { $0["verdict"] as? String == "decided" }?["rule"] as? String == "rule used up")
    #expect(first.last?["verdict"] as? String == "notReached")
  }

  @Test func trialsAreToldInTheWordsOfTheRulesOfTheirTime() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).yaml").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    func load(_ rules: String) throws {
      try "rules: [\(rules)]".write(toFile: file, atomically: true, encoding: .utf8)
    }
    try load("{ name: old, when: { key: x }, then: { status: 500 } }")
    let mock = try MockServer { $0.fixtures.append(file) }
    func rules(_ number: Int) throws -> [String] {
      try #require(one(mock, number)["tried"] as? [Object]).compactMap { $0["rule"] as? String }
    }
    _ = try mock.pfop()
    try load("{ name: new, when: { key: \"y*\" }, then: { status: 500 } }")
    try mock.server.reload()
    _ = try mock.pfop()
    #expect(try rules(0) == ["rule old"])
    #expect(try rules(1) == ["rule new"])
    // The same at run time, where many tests may come and go with rules of their own.
    for number in 1...100 {
      let rule = #"{"name": "r\#(number)", "when": {"key": "z"}, "then": {"status": 500}}"#
      let id = try #require(mock.call("POST", "rules", rule).json["id"])
      _ = try mock.pfop()
      #expect(try mock.call("DELETE", "rules/\(id)").status == 200)
    }
    #expect(try rules(0) == ["rule old"])
    #expect(try rules(1) == ["rule new"])
    #expect(try rules(2) == ["rule new", "rule r1"])
    #expect(try rules(101) == ["rule new", "rule r100"])
  }

  @Test func aChunkedContentIsKeptWithoutItsChunks() throws {
    let mock = try MockServer()
    var text = PfopText()
    text.isChunked = true
    let request = try text.request()
    let client = try mock.connect()
    // In pieces, so that some chunks are gone when the last one comes.
    for octet in request.utf8 { try client.send([octet]) }
    #expect(try client.readResponse().status == 200)
    let told = try one(mock, 0)["request"] as? Object
    let head = try #require(request.firstRange(of: "\r\n\r\n"))
    #expect(told?["text"] as? String == request[..<head.upperBound] + SignedCall.encode(form: text.fields))
    #expect(told?["unchunked"] as? Bool == true)
    // One octet came after the other.
    #expect(try #require((one(mock, 0)["microseconds"] as? [String: Int])?["receiving"]) > 0)
  }

  @Test func whatIsNoTextIsToldAsBase64() throws {
    let mock = try MockServer()
    let client = try mock.connect()
    let octets = Array("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n".utf8) + [0xFF, 0x00]
    try client.send(octets)
    _ = try client.readResponse()
    let told = try one(mock, 0)["request"] as? Object
    #expect(told?["base64"] as? String == Data(octets).base64EncodedString())
    #expect(told?["text"] == nil)
  }

  @Test func whatIsNoRequestIsToldAsFarAsItCame() throws {
    let mock = try MockServer()
    _ = try mock.answer(to: "GET / HTTP/1.1\r\nBad Field: x\r\n\r\n")
    let entry = try one(mock, 0)
    #expect((entry["request"] as? Object)?["text"] as? String == "GET / HTTP/1.1\r\nBad Field: x\r\n\r\n")
    #expect((entry["tried"] as? [Object])?.map { $0["check"] as? String } == ["framing"])
    #expect((entry["answer"] as? Object)?["end"] as? String == "complete")
  }

  // MARK: - Answers that do not leave whole

  @Test(arguments: [
    ("truncatedBody", "closed", "FIN"), ("connectionResetByPeer", "reset", "RST"), ("emptyResponse", "closed", "FIN"),
    ("malformedResponseChunk", "closed", "FIN"),
  ])
  func aFaultIsToldAsItLeft(fault: String, end: String, lastStep: String) throws {
    let mock = try MockServer(yaml: "rules: [{ when: { key: video.mp4 }, then: { accept: true, fault: \(fault) } }]")
    let client = try mock.connect()
    try client.send(PfopText().request())
    var received = 0
    do { received = try client.readToEnd().count } catch RawClient.Failure.receive {}
    let answer = try #require(one(mock, 0)["answer"] as? Object)
    #expect(answer["end"] as? String == end)
    #expect((answer["steps"] as? [String])?.last == lastStep)
    #expect(answer["stepsBegun"] as? Int == (answer["steps"] as? [String])?.count)
    #expect(answer["sent"] as? Int == answer["octets"] as? Int)
    #expect(answer["sent"] as? Int == received || fault == "connectionResetByPeer")
  }

  @Test func aHeldAnswerIsUnderWayUntilItsTimeHasCome() throws {
    let mock = try MockServer(
      yaml: "rules: [{ when: { key: video.mp4 }, then: { accept: true, delay: { fixed: 5s } } }]"
    ) {
      $0.clock = .manual
    }
    let client = try mock.connect()
    try client.send(PfopText().request())
    let waiting = #"{"when": {"status": 200}, "within": "30s"}"#
    #expect(try mock.admin("requests/verify", waiting).status == 200)
    let before = try one(mock, 0)
    #expect((before["answer"] as? Object)?["end"] as? String == "underWay")
    #expect((before["answer"] as? Object)?["sent"] as? Int == 0)
    #expect((before["microseconds"] as? Object)?["sending"] is NSNull)
    try mock.advance("5s")
    let text = try client.readResponse().text
    let after = try #require(one(mock, 0)["answer"] as? Object)
    #expect(after["end"] as? String == "complete" && after["sent"] as? Int == after["octets"] as? Int)
    #expect((after["text"] as? String)?.hasSuffix(text) == true)
    #expect((after["steps"] as? [String])?.first == "held")
  }

  @Test func howFarAnAnswerCameIsToldWhenItsClientLeaves() throws {
    let slow = "{ accept: true, dribble: { chunks: 2, over: 10m } }"
    let mock = try MockServer(yaml: "rules: [{ when: { key: video.mp4 }, then: \(slow) }]")
    let client = try mock.connect()
    try client.send(PfopText().request())
    let first = try client.read(1).count + client.received.count
    client.abort()
    var answer: Object = [:]
    // Soon, but nothing says when.
    for _ in 0..<10_000 where answer["end"] as? String ?? "underWay" == "underWay" {
      answer = try #require(one(mock, 0)["answer"] as? Object)
    }
    #expect(answer["end"] as? String == "clientGone")
    #expect(answer["sent"] as? Int == first)
    #expect(answer["stepsBegun"] as? Int == 2)
    #expect((answer["steps"] as? [String])?[1] == "wait 600000ms")
    #expect(try #require(answer["octets"] as? Int) > first)
  }

  // MARK: - Lists

  @Test func theListIsFilteredAndGoesOnWhereItWas() throws {
    let mock = try MockServer()
    for key in ["video.mp4", "nix", "video.mp4", "nix"] {
      _ = try mock.answer(to: PfopText().with("key", key).request())
    }
    _ = try mock.answer(to: "GET /nix HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try requests(mock).map { $0["number"] as? Int } == [0, 1, 2, 3, 4])
    #expect(try requests(mock)[0]["request"] == nil)
    #expect(try requests(mock, "key=nix").map { $0["number"] as? Int } == [1, 3])
    #expect(try requests(mock, "bucket=media&status=200").map { $0["number"] as? Int } == [0, 2])
    #expect(try requests(mock, "bucket=").map { $0["number"] as? Int } == [4])
    let first = try mock.admin("requests?limit=1&key=nix").json
    #expect(first["next"] as? Int == 2 && first["dropped"] as? Int == 0)
    #expect(try requests(mock, "since=2&key=nix").map { $0["number"] as? Int } == [3])
    for query in ["status=x", "status=1000", "limit=0", "since=-1", "code=1"] {
      #expect(try mock.admin("requests?\(query)").status == 400)
    }
  }

  @Test func whatHasLeftIsCounted() throws {
    let mock = try MockServer { $0.journalCapacity = 2 }
    for _ in 0..<5 { _ = try mock.pfop() }
    let list = try mock.admin("requests").json
    #expect((list["requests"] as? [Object])?.map { $0["number"] as? Int } == [3, 4])
    #expect(list["dropped"] as? Int == 3)
    #expect(try mock.admin("requests/count", "{}").text == #"{"count": 2, "dropped": 3}"#)
    for name in ["0", "9", "x", "AAAAAAAAAAAAAAAA"] {
      let answer = try mock.admin("requests/\(name)")
      #expect(answer.status == 404)
      #expect(answer.text.contains("3 older ones have left it (--journal-size)"))
    }
  }

  @Test func requestsAreForgotten() throws {
    let mock = try MockServer()
    _ = try mock.pfop()
    _ = try mock.answer(to: PfopText().with("bucket", "nix").request())
    #expect(try delete(mock, "?bucket=").status == 400)
    #expect(try delete(mock, "?bucket=nix").text == #"{"deleted": 1}"#)
    #expect(try requests(mock).map { $0["bucket"] as? String } == ["media"])
    #expect(try delete(mock).text == #"{"deleted": 1}"#)
    #expect(try requests(mock).isEmpty)
    _ = try mock.pfop()
    #expect(try requests(mock).map { $0["number"] as? Int } == [2])
  }

  // MARK: - Secrets

  /// Whoever puts a SecretKey where it does not belong finds asterisks; the signature is there.
  @Test func noSecretIsTold() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).ndjson").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    let mock = try MockServer { $0.journalFile = file }
    let (secret, late) = (MockServer.secretKey, "a-secret-of-later-times")
    var text = PfopText(extraFields: "X-Test: \(secret)\r\nUser-Agent: \(secret)\r\n").with("key", secret)
    _ = try mock.answer(to: text.request())
    text.accessKey = secret
    let request = try text.request()
    _ = try mock.answer(to: request)
    _ = try mock.answer(to: "GET /\(secret) HTTP/1.1\r\nHost: a\r\n\r\n")
    let calls = try (0..<3).map { try mock.admin("requests/\($0)").text } + [mock.admin("requests").text]
    let misses = try mock.admin("requests/verify", #"{"when": {"key": "x"}}"#).text
    #expect(try mock.call("PUT", "accounts/late", #"{"secretKey": "\#(late)"}"#).status == 200)
    _ = try mock.answer(to: PfopText().with("key", late).request())
    #expect(try !mock.admin("requests/3").text.contains(late))
    mock.server.stop()
    let filed = try String(contentsOfFile: file, encoding: .utf8)
    for told in calls + [misses, filed] {
      #expect(!told.contains(secret) && !told.contains(late) && told.contains("*******"))
    }
    let signature = try #require(request.firstMatch(of: /Authorization: QBox [^:]+:(\S+)/))
    #expect(calls[1].contains(signature.1) && filed.contains(signature.1))
  }
}

import Foundation
import PfopMock
import TestSupport
import Testing

extension MockServer {
  /// Makes an admin call with any method.
  func call(_ method: String, _ path: String, _ body: String = "", _ fields: String = "") throws -> RawResponse {
    try answer(
      to: "\(method) /__admin/\(path) HTTP/1.1\r\nHost: localhost\r\n\(fields)"
        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
  }
}

/// Buckets, rules and accounts that come and go while the server runs.
struct ChangeTests {
  @Test(arguments: Transport.allCases)
  func aBucketComesAndGoes(over transport: Transport) throws {
    let mock = try MockServer(over: transport)
    let pfop = try PfopText().with("bucket", "own").with("key", "a.mp4").request()
    #expect(try mock.answer(to: pfop).status == 404)
    let put = try mock.call("PUT", "buckets/own", #"{"keys": ["*.mp4"], "then": [{"status": 599}, {"accept": true}]}"#)
    #expect(
      put.text
        == #"{"name": "own", "definition": {"keys": ["*.mp4"], "then": [{"status": 599}, {"accept": true}]}, "#
        + #""taken": [0, 0]}"#)
    #expect(try (0..<3).map { _ in try mock.answer(to: pfop).status } == [599, 200, 200])
    #expect(try mock.admin("buckets/own").json["taken"] as? [Int] == [1, 2])
    #expect(try mock.call("DELETE", "buckets/own").text == #"{"deleted": "own"}"#)
    #expect(try mock.answer(to: pfop).status == 404)
    #expect(try mock.call("DELETE", "buckets/own").status == 404)
    #expect(try mock.admin("buckets/own").status == 404)
  }

  @Test func mistakesAreNamedAsInFilesAndChangeNothing() throws {
    let mock = try MockServer()
    let before = try mock.admin("buckets").text
    let answer = try mock.call("PUT", "buckets/media", #"{"keyz": [], "then": {"status": 42}}"#)
    #expect(answer.status == 400)
    #expect(answer.text.contains(#"\"keyz\" is not a field here, did you mean keys?; allowed: keys, dialect"#))
    #expect(answer.text.contains(#"then.status: \"42\" is not a status code"#))
    #expect(try mock.call("PUT", "buckets/a%5Cb", "{}").text.contains("backslash"))
    #expect(try mock.admin("buckets").text == before)
    #expect(try mock.call("POST", "rules", #"{"when": {}}"#).text.contains("then is missing"))
    #expect(try mock.call("POST", "rules?position=middle", #"{"then": {"status": 599}}"#).text.contains("first, last"))
    #expect(try mock.call("POST", "rules?before=99", #"{"then": {"status": 599}}"#).status == 404)
    #expect(try mock.call("DELETE", "rules/x").status == 400)
    #expect(try mock.call("DELETE", "rules/99").status == 404)
  }

  @Test func aRuleComesAndGoes() throws {
    let mock = try MockServer(yaml: #"rules: [{ name: mine, when: { key: none }, then: { status: 500 } }]"#)
    let listed = try #require(mock.admin("rules").json["rules"] as? [[String: Any]])
    #expect(listed.map { $0["id"] as? Int } == Array(1...listed.count))
    let namesake = try mock.call("POST", "rules", #"{"name": "mine", "then": {"status": 500}}"#)
    #expect(namesake.text.contains("taken already"))
    let rule = try mock.call(
      "POST", "rules?position=first", #"{"when": {"key": "video.mp4"}, "then": {"status": 599, "times": 1}}"#
    ).json
    let id = try #require(rule["id"] as? Int)
    #expect(id == listed.count + 1)
    let pfop = try PfopText().request()
    #expect(try mock.answer(to: pfop).status == 599)
    #expect(try mock.answer(to: pfop).status == 200)
    #expect(mock.server.journal.first?.decidedBy == "rule \(id)")
    #expect(try mock.admin("rules/\(id)").json["taken"] as? [Int] == [1])
    #expect(try mock.call("DELETE", "rules/\(id)").status == 200)
    #expect(try mock.admin("rules/\(id)").status == 404)
  }

  @Test(arguments: Transport.allCases)
  func aRuleIsSwitchedOffAndOn(over transport: Transport) throws {
    let mock = try MockServer(
      yaml: #"rules: [{ name: mine, when: { bucket: media }, then: { status: 573 } }]"#, over: transport)
    let pfop = try PfopText().request()
    #expect(try mock.answer(to: pfop).status == 573)
    let off = try mock.call("POST", "rules/1/disable")
    #expect(try off.json["enabled"] as? Bool == false)
    #expect(try mock.answer(to: pfop).status == 200)
    let told = try mock.admin("requests/1").text
    #expect(told.contains(#""verdict": "passedOver", "reason": "is switched off""#), "\(told)")
    let explained = try mock.call("POST", "explain", #"{"curl": "curl -d bucket=media http://localhost/pfop"}"#)
    #expect(explained.status == 200)
    // It stays so in a state that another server goes on from.
    let other = try MockServer(over: transport)
    let state = try mock.admin("state").text
    #expect(state.contains(#""off": true"#))
    #expect(try other.call("PUT", "state", state).status == 200)
    #expect(try other.answer(to: pfop).status == 200)
    #expect(try other.admin("rules/1").json["enabled"] as? Bool == false)
    #expect(try mock.call("POST", "rules/1/enable", "{}").json["enabled"] as? Bool == true)
    #expect(try mock.answer(to: pfop).status == 573)
    #expect(try mock.call("POST", "rules/9/disable").status == 404)
    #expect(try mock.call("POST", "rules/x/enable").status == 400)
    #expect(try mock.call("POST", "rules/1/enable", #"{"x": 1}"#).status == 400)
  }

  @Test func aRuleForConnectionsHasItsSayAtOnce() throws {
    let mock = try MockServer()
    let rule = try mock.call(
      "POST", "rules", #"{"phase": "connection", "then": [{"fault": "emptyResponse", "times": 1}]}"#)
    #expect(rule.status == 200, "\(rule.text)")
    #expect(throws: (any Error).self) { try mock.answer(to: PfopText().request()) }
    #expect(try mock.answer(to: PfopText().request()).status == 200)
  }

  @Test func anAccountComesAndGoesAndItsSecretIsNeverTold() throws {
    let mock = try MockServer { $0.loops = 2 }
    var text = PfopText()
    text.accessKey = "own-key"
    text.secretKey = "own-secret"
    #expect(try mock.answer(to: text.request()).status == 401)
    let put = try mock.call("PUT", "accounts/own-key", #"{"secretKey": "own-secret"}"#)
    #expect(put.text == #"{"accessKey": "own-key"}"#)
    for _ in 0..<8 { #expect(try mock.answer(to: text.request()).status == 200) }
    #expect(try !mock.admin("accounts").text.contains("secret"))
    #expect(try mock.admin("accounts/own-key").status == 200)
    for body in ["{}", #"{"secretKey": 5, "x-secret": 1}"#, #"{"accessKey": "b", "secretKey": "own-secret"}"#] {
      let refused = try mock.call("PUT", "accounts/own-key", body)
      #expect(refused.status == 400)
      #expect(!refused.text.contains("own-secret") && !refused.text.contains("x-secret"))
    }
    #expect(try mock.call("DELETE", "accounts/own-key").status == 200)
    #expect(try mock.answer(to: text.request()).status == 401)
    #expect(try mock.call("DELETE", "accounts/\(MockServer.accessKey)").status == 409)
  }

  @Test func resetGoesBackToTheLoadedFixture() throws {
    let mock = try MockServer()
    let before = try [mock.admin("buckets").text, mock.admin("accounts").text]
    _ = try mock.call("PUT", "buckets/own", "{}")
    _ = try mock.call("PUT", "accounts/a", #"{"secretKey": "b"}"#)
    _ = try mock.call("POST", "rules?position=first", #"{"then": {"status": 500}}"#)
    #expect(try mock.admin("reset", "{}").status == 200)
    #expect(try [mock.admin("buckets").text, mock.admin("accounts").text] == before)
    #expect(try mock.answer(to: PfopText().request()).status == 200)
  }

  /// 32 tests at once on one server, each with a bucket, an account and a rule of its own.
  @Test func parallelTestsStayApart() async throws {
    let mock = try MockServer { $0.loops = 2 }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<32 { group.addTask { try ChangeTests.run(number, on: mock) } }
      try await group.waitForAll()
    }
    #expect(try mock.admin("rules").json["rules"] as? [Any] != nil)
  }

  private static func run(_ number: Int, on mock: MockServer) throws {
    let bucket = "bucket-\(number)"
    let failures = 1 + number % 4
    #expect(try mock.call("PUT", "accounts/ak-\(number)", "{\"secretKey\": \"sk-\(number)\"}").status == 200)
    #expect(try mock.call("PUT", "buckets/\(bucket)", #"{"keys": ["k"]}"#).status == 200)
    let rule = try mock.call(
      "POST", "rules?position=\(number % 2 == 0 ? "first" : "last")",
      #"{"when": {"bucket": "\#(bucket)"}, "then": [{"status": 599, "times": \#(failures)}, {"accept": true}]}"#
    ).json
    let id = try #require(rule["id"] as? Int)
    var text = PfopText().with("bucket", bucket).with("key", "k")
    text.accessKey = "ak-\(number)"
    text.secretKey = "sk-\(number)"
    let statuses = try (0..<failures + 2).map { _ in try mock.answer(to: text.request()).status }
    #expect(statuses == Array(repeating: 599, count: failures) + [200, 200])
    #expect(try mock.admin("rules/\(id)").json["taken"] as? [Int] == [failures, 2])
    let jobs = try #require(mock.admin("jobs?bucket=\(bucket)").json["jobs"] as? [[String: Any]])
    #expect(jobs.map { $0["accessKey"] as? String } == ["ak-\(number)", "ak-\(number)"])
    #expect(mock.server.journal.filter { $0.bucket == bucket }.count == failures + 2)
    // Its end does not touch the others.
    #expect(try mock.admin("reset", "{\"bucket\": \"\(bucket)\"}").status == 200)
    #expect(mock.server.journal.allSatisfy { $0.bucket != bucket })
    #expect(try mock.answer(to: text.request()).status == 599)
    #expect(try mock.call("DELETE", "rules/\(id)").status == 200)
    #expect(try mock.answer(to: text.request()).status == 200)
    #expect(try mock.call("DELETE", "accounts/ak-\(number)").status == 200)
    #expect(try mock.answer(to: text.request()).status == 401)
    #expect(try mock.call("DELETE", "buckets/\(bucket)").status == 200)
  }
}

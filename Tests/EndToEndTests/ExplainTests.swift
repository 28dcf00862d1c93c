import Foundation
import PfopMock
import TestSupport
import Testing

/// `POST explain`: what would come of a request that is not sent.
struct ExplainTests {
  private func explain(_ mock: MockServer, raw: String) throws -> [String: Any] {
    let body = try JSONSerialization.data(withJSONObject: ["raw": raw])
    let answer = try mock.call("POST", "explain", String(decoding: body, as: UTF8.self))
    #expect(answer.status == 200, "\(answer.text)")
    return try answer.json
  }

  /// Checks and rules, with what each said.
  private func verdicts(_ explanation: [String: Any]) throws -> [String] {
    try #require(explanation["tried"] as? [[String: Any]]).map { trial in
      "\(trial["check"] ?? trial["rule"] ?? ""): \(trial["verdict"] ?? "")"
    }
  }

  private func status(_ explanation: [String: Any]) -> Int? {
    (explanation["answer"] as? [String: Any])?["status"] as? Int
  }

  @Test(arguments: Transport.allCases)
  func aSoundRequestPassesEveryCheckAndLeavesNothingBehind(over transport: Transport) throws {
    let mock = try MockServer(over: transport)
    let raw = try PfopText().request()
    let first = try explain(mock, raw: raw)
    #expect(status(first) == 200)
    #expect(try verdicts(first).allSatisfy { $0.hasSuffix(": passed") })
    #expect(first["decidedBy"] as? String == "accepted")
    let answer = try #require(first["answer"] as? [String: Any])
    #expect(answer["body"] as? String == "{\"persistentId\": 1}")
    #expect(try explain(mock, raw: raw)["answer"] as? [String: AnyHashable] == answer as? [String: AnyHashable])
    #expect(mock.server.journal.isEmpty)
    #expect(try (mock.admin("jobs").json["jobs"] as? [Any])?.isEmpty == true)
    #expect(try mock.pfop() == 1)
  }

  private static func text(refusedBy check: String) -> PfopText {
    var text = PfopText()
    switch check {
    case "authorization": text.secretKey = "wrong"
    case "content type": text.contentType = "text/plain"
    case "parameter": text = text.with("fops", nil)
    case "bucket": text = text.with("bucket", "none")
    case "key": text = text.with("key", "none")
    default: text = text.with("bucket", "outcome-599")
    }
    return text
  }

  /// The explanation is the answer that then comes, whatever decides.
  @Test(arguments: ["authorization", "content type", "parameter", "bucket", "key", "bucket outcome-599"])
  func whatDecidesIsToldAsInTheJournal(check: String) throws {
    let mock = try MockServer()
    let raw = try ExplainTests.text(refusedBy: check).request()
    let explanation = try explain(mock, raw: raw)
    #expect(explanation["decidedBy"] as? String == check)
    let verdicts = try verdicts(explanation)
    let end = try #require(verdicts.firstIndex(of: "\(check): decided"))
    #expect(verdicts[..<end].allSatisfy { $0.hasSuffix(": passed") || $0.hasSuffix(": passedOver") })
    #expect(verdicts[(end + 1)...].allSatisfy { $0.hasSuffix(": notReached") })
    let answer = try mock.answer(to: raw)
    #expect(status(explanation) == answer.status)
    #expect((explanation["answer"] as? [String: Any])?["body"] as? String == answer.text)
    #expect((explanation["answer"] as? [String: Any])?["diagnosis"] as? String == answer["X-Mock-Diagnosis"])
    #expect(try verdicts == self.verdicts(mock.admin("requests/0").json))
    #expect(mock.server.journal.last?.decidedBy == explanation["decidedBy"] as? String)
  }

  @Test func rulesAreTriedWithoutBeingTaken() throws {
    let mock = try MockServer()
    for rule in [
      #"{"name": "raw files", "when": {"key": "raw/*"}, "then": {"status": 500}}"#,
      #"{"name": "perhaps", "when": {"bucket": "media"}, "then": {"status": 503, "probability": 0.5, "delay": "5s"}}"#,
    ] { #expect(try mock.call("POST", "rules", rule).status == 200) }
    let explanation = try explain(mock, raw: try PfopText().request())
    let rules = try #require(explanation["tried"] as? [[String: Any]])
    let failed = try #require(rules.first { $0["rule"] as? String == "rule raw files" })
    #expect(failed["reason"] as? String == "does not hold: key is \"video.mp4\", asked for: raw/*")
    #expect((failed["mismatch"] as? [String: String])?["expected"] == "raw/*")
    #expect(status(explanation) == 503)
    #expect((explanation["answer"] as? [String: Any])?["script"] as? String == "delay 5s")
    let otherwise = try #require(explanation["otherwise"] as? [String: Any])
    #expect(status(otherwise) == 200)
    let listed = try #require(mock.admin("rules").json["rules"] as? [[String: Any]])
    #expect(listed.allSatisfy { ($0["taken"] as? [Int])?.allSatisfy { $0 == 0 } == true })
  }

  @Test func partsAndCurlLinesAreTakenAsWell() throws {
    let mock = try MockServer()
    let parts = try mock.call(
      "POST", "explain",
      #"{"path": "/pfop", "headers": {"Content-Type": "application/x-www-form-urlencoded"}, "body": "bucket=b&key=k"}"#)
    #expect(try verdicts(parts.json).contains("authorization: decided"))
    #expect(try parts.json["bucket"] as? String == "b")
    let body = "bucket=media&key=video.mp4&fops=avinfo&notifyURL=http%3A%2F%2F127.0.0.1%3A9%2Fx"
    let call = try SignedCall(
      method: "POST", url: "\(mock.server.url)/pfop", contentType: SignedCall.formType, body: body, scheme: "QBox",
      accessKey: MockServer.accessKey, secretKey: MockServer.secretKey)
    let json = try JSONSerialization.data(withJSONObject: ["curl": call.curl])
    #expect(status(try mock.call("POST", "explain", String(decoding: json, as: UTF8.self)).json) == 200)
    let lookUp = try mock.call("POST", "explain", #"{"curl": "curl http://a/status/get/prefop?id=7"}"#).json
    #expect(status(lookUp) == 404)
    #expect(
      try verdicts(lookUp) == [
        "framing: passed", "host: passed", "route: passed", "method: passed", "form: passed", "id: decided",
      ])
    #expect(try verdicts(mock.call("POST", "explain", #"{"raw": "GET\r\n\r\n"}"#).json) == ["framing: decided"])
    let wrongMethod = try verdicts(mock.call("POST", "explain", #"{"method": "GET"}"#).json)
    #expect(wrongMethod.last == "method: decided")
  }

  @Test(
    arguments: [
      (#"{"raw": "GET / HTTP/1.1\r\n"}"#, "not complete"),
      (#"{"raw": "GET / HTTP/1.1\r\nHost: a\r\n\r\nx"}"#, "1 octets more"),
      (#"{"raw": "x", "curl": "curl a"}"#, "one of several ways"), (#"{"curl": "wget a"}"#, "does not begin with curl"),
      (#"{"rw": "x"}"#, "did you mean raw?"), (#"{"path": "/a\r\nb"}"#, "control character"),
    ])
  func mistakesAreNamed(body: String, error: String) throws {
    let answer = try MockServer().call("POST", "explain", body)
    #expect(answer.status == 400)
    #expect(answer.text.contains(error), "\(answer.text)")
  }
}

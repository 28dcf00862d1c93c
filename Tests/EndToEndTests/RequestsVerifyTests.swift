import PfopMock
import TestSupport
import Testing

/// Criteria, and waiting for requests.
struct RequestsVerifyTests {
  private typealias Object = [String: Any]

  private func count(_ mock: MockServer, _ when: String) throws -> Int? {
    let answer = try mock.admin("requests/count", #"{"when": \#(when)}"#)
    #expect(answer.status == 200, "\(answer.text)")
    return try answer.json["count"] as? Int
  }

  private func post(_ body: String) -> String {
    "POST /__admin/requests/verify HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  @Test func criteriaAreTheConditionsOfRules() throws {
    let mock = try MockServer(yaml: "rules: [{ when: { attempt: 9 }, then: { accept: true } }]")
    let text = PfopText(extraFields: "User-Agent: sdk/1\r\nX-Test: a\r\n").with("pipeline", "p").with("force", "1")
    _ = try mock.answer(to: text.with("fops", "avthumb/mp4|saveas/bWVkaWE6eA==;vframe/jpg").request())
    _ = try mock.answer(to: PfopText().with("key", "nix").request())
    _ = try mock.answer(to: "GET /status/get/prefop?id=1 HTTP/1.1\r\nHost: a\r\n\r\n")
    for (when, expected) in [
      ("{}", 3), (#"{"bucket": "media"}"#, 2), (#"{"key": "*.mp4"}"#, 1), (#"{"fops": "avthumb/*"}"#, 1),
      (#"{"fops": "vframe/jpg"}"#, 1), (#"{"pipeline": "p"}"#, 1), (#"{"notifyURL": "http://127.0.0.1:9/*"}"#, 2),
      (#"{"accessKey": "testak*"}"#, 2), (#"{"force": 1}"#, 1), (#"{"force": 0}"#, 1), (#"{"type": 0}"#, 2),
      (#"{"path": "/pfop"}"#, 2), (#"{"path": "/status/*"}"#, 1), (#"{"method": "GET"}"#, 1),
      (#"{"header": {"x-test": "a"}}"#, 1), (#"{"header": {"Host": "*"}}"#, 3), (#"{"userAgent": "sdk/*"}"#, 1),
      (#"{"attempt": 1}"#, 3), (#"{"time": "0s..1h"}"#, 3), (#"{"time": "1h.."}"#, 0), (#"{"status": 404}"#, 1),
      (#"{"status": "200..299"}"#, 2), (#"{"status": "200..", "bucket": "media", "method": "POST"}"#, 2),
    ] {
      #expect(try count(mock, when) == expected, "\(when)")
    }
    let since = try mock.admin("requests/count", #"{"when": {"status": 200}, "since": 1}"#)
    #expect(try since.json["count"] as? Int == 1)
  }

  @Test(arguments: [
    (#"{"when": {"buket": "x"}}"#, "when.buket", "did you mean bucket?"),
    (#"{"when": {"status": 1000}}"#, "when.status", ""),
    (#"{"when": {"status": "x"}}"#, "when.status", "400..499"), (#"{"when": []}"#, "when", ""),
    (#"{"exactly": 1, "atLeast": 1}"#, "atLeast", "one of both"),
    (#"{"atLeast": 3, "atMost": 2}"#, "atMost", "at least 3"),
    (#"{"exactly": -1}"#, "exactly", ""), (#"{"within": "11m"}"#, "within", "at most 10m"),
    (#"{"within": 5}"#, "within", ""),
    (#"{"since": "x"}"#, "since", ""), (#"{"atleast": 3}"#, "atleast", "did you mean atLeast?"),
  ])
  func badCriteriaAreRefused(body: String, field: String, allowed: String) throws {
    let answer = try MockServer().admin("requests/verify", body)
    #expect(answer.status == 400 && answer.text.contains(#""field": "\#(field)""#), "\(answer.text)")
    #expect(allowed.isEmpty || answer.text.contains(allowed), "\(answer.text)")
  }

  @Test(arguments: [
    (#"{}"#, 200), (#"{"exactly": 3}"#, 200), (#"{"exactly": 2}"#, 409), (#"{"atLeast": 3}"#, 200),
    (#"{"atLeast": 4}"#, 409), (#"{"atMost": 3}"#, 200), (#"{"atMost": 2}"#, 409),
    (#"{"atLeast": 1, "atMost": 5}"#, 200),
    (#"{"exactly": 0, "when": {"key": "none"}}"#, 200), (#"{"when": {"key": "none"}}"#, 409),
    // More than are expected do not become fewer: nobody waits for that.
    (#"{"exactly": 2, "within": "10m"}"#, 409), (#"{"atMost": 0, "within": "10m"}"#, 409),
  ])
  func requestsAreVerified(body: String, status: Int) throws {
    let mock = try MockServer()
    let reqids = try (0..<3).map { _ in try mock.answer(to: PfopText().request())["X-Reqid"] }
    let answer = try mock.admin("requests/verify", body)
    #expect(answer.status == status, "\(answer.text)")
    #expect(try answer.json["reqids"] as? [String?] == (body.contains("none") ? [] : reqids))
  }

  @Test func nearMissesNameWhatDiffers() throws {
    let mock = try MockServer()
    _ = try mock.answer(to: "GET /nix HTTP/1.1\r\nHost: a\r\n\r\n")
    for key in ["a.mp4", "video.mp4"] { _ = try mock.answer(to: PfopText().with("key", key).request()) }
    for _ in 0..<2 { _ = try mock.answer(to: PfopText().with("bucket", "nix").request()) }
    let answer = try mock.admin(
      "requests/verify", #"{"when": {"bucket": "media", "key": "video.mp4", "status": 404}, "atLeast": 2}"#)
    #expect(answer.status == 409)
    let json = try answer.json
    #expect(json["error"] as? String == "0 requests meet the criteria, expected: at least 2")
    #expect(json["count"] as? Int == 0 && json["code"] as? Int == 409)
    let misses = try #require(json["nearMisses"] as? [Object])
    // The newest first, of those that differ in as much.
    #expect(misses.map { $0["number"] as? Int } == [4, 3, 2, 1, 0])
    let differences = misses.map { miss in
      (miss["differs"] as? [Object] ?? []).map {
        "\($0["field"] ?? "") \($0["actual"] as? String ?? "-") (\($0["expected"] ?? ""))"
      }
    }
    #expect(
      differences == [
        ["bucket nix (media)"], ["bucket nix (media)"], ["status 200 (404)"], ["key a.mp4 (video.mp4)"],
        ["bucket - (media)", "key - (video.mp4)"],
      ])
  }

  @Test func waitingEndsWhenTheRequestsHaveCome() throws {
    let mock = try MockServer { $0.loops = 2 }
    _ = try mock.pfop()
    let waiting = try (2...4).map { count in
      let client = try mock.connect()
      try client.send(post(#"{"when": {"bucket": "media"}, "exactly": \#(count), "within": "30s"}"#))
      return client
    }
    for client in waiting {
      // One by one, so that none of them is passed by.
      _ = try mock.pfop()
      #expect(try client.readResponse().status == 200)
    }
  }

  @Test func waitingInVainEndsInTime() throws {
    let mock = try MockServer()
    _ = try mock.pfop()
    let answer = try mock.admin("requests/verify", #"{"atLeast": 2, "within": "20ms"}"#)
    #expect(answer.status == 409)
    #expect(try answer.json["error"] as? String == "1 request meets the criteria, expected: at least 2")
  }

  @Test func whatIsForgottenMeanwhileCountsNoMore() throws {
    let mock = try MockServer()
    _ = try mock.pfop()
    let client = try mock.connect()
    try client.send(post(#"{"exactly": 0, "within": "30s", "when": {"bucket": "media"}, "since": 0}"#))
    // There is one too many already, and that cannot become better.
    #expect(try client.readResponse().status == 409)
    try client.send(post(#"{"exactly": 2, "within": "30s"}"#))
    // Answered behind it: the wait has begun.
    #expect(try mock.admin("requests/verify", "{}").status == 200)
    #expect(try mock.admin("reset", #"{"what": ["requests"]}"#).status == 200)
    _ = try mock.pfop()
    _ = try mock.pfop()
    let answer = try client.readResponse()
    #expect(answer.status == 200)
    #expect(try answer.json["count"] as? Int == 2)
  }

  @Test func thoseWhoWaitAreToldOfAStop() throws {
    let mock = try MockServer()
    let client = try mock.connect()
    try client.send(post(#"{"within": "10m"}"#))
    #expect(try mock.admin("requests/verify", #"{"exactly": 0}"#).status == 200)
    mock.server.stop(grace: .seconds(30))
    #expect(try client.readResponse().status == 409)
  }

  @Test func refusalsAreHeardOfAsWell() throws {
    let mock = try MockServer()
    let client = try mock.connect()
    try client.send(post(#"{"when": {"status": 400}, "within": "30s"}"#))
    #expect(try mock.admin("requests/verify", #"{"exactly": 0}"#).status == 200)
    _ = try mock.answer(to: "no request\r\n\r\n")
    #expect(try client.readResponse().status == 200)
  }
}

import Foundation
import PfopMock
import Testing

@Suite(.overEachTransport)
struct JobCallsTests {
  private let slow = "buckets: { sluggish: { keys: [k], job: { waiting: 10s, processing: 30s } } }"

  private func mock(_ change: (inout Configuration) -> Void = { _ in }) throws -> MockServer {
    try MockServer(yaml: slow) {
      $0.clock = .manual
      change(&$0)
    }
  }

  private func pfop(_ mock: MockServer, _ bucket: String = "sluggish", fops: String = "a;b") throws -> Int {
    try mock.pfop {
      $0.with("bucket", bucket).with("key", bucket == "sluggish" ? "k" : "video.mp4").with("fops", fops)
        .with("notifyURL", "http://192.0.2.1/done")
    }
  }

  private func ids(_ mock: MockServer, _ query: String) throws -> [Int] {
    try #require(mock.admin("jobs?\(query)").json["jobs"] as? [[String: Any]]).compactMap { $0["id"] as? Int }
  }

  @Test func oneJobIsTold() throws {
    let mock = try mock()
    let id = try pfop(mock)
    for form in ["\(id)", "z0.\(String(id, radix: 16))", "z0.000000000000000\(id)"] {
      let job = try mock.admin("jobs/\(form)").json
      #expect(job["id"] as? Int == id && job["phase"] as? String == "waiting")
      #expect(job["notification"] as? String == "planned" && job["tries"] as? Int == 0)
      #expect(job["accessKey"] as? String == MockServer.accessKey)
      #expect(job["notifyURL"] as? String == "http://192.0.2.1/done")
      #expect((job["due"] as? String)?.hasSuffix("+08:00") == true)
      #expect((job["status"] as? [String: Any])?["code"] as? Int == 1)
    }
    #expect(try mock.admin("jobs/x").status == 400)
    #expect(try mock.admin("jobs/77").text == #"{"code": 404, "error": "no job has the id 77"}"#)
  }

  @Test func jobsAreListedAndFiltered() throws {
    let mock = try mock { $0.maxJobs = 1000 }
    for bucket in ["sluggish", "media", "sluggish", "media"] { _ = try pfop(mock, bucket) }
    try mock.advance("10s")
    #expect(try ids(mock, "") == [1, 2, 3, 4])
    #expect(try ids(mock, "bucket=sluggish") == [1, 3])
    #expect(try ids(mock, "key=video.mp4") == [2, 4])
    #expect(try ids(mock, "code=2") == [1, 3])
    #expect(try ids(mock, "code=0&limit=1") == [2])
    #expect(try ids(mock, "since=2") == [3, 4])
    #expect(try ids(mock, "since=9223372036854775807") == [])
    for query in ["code=5", "limit=0", "since=-1", "buckt=slow", "limit=10001"] {
      #expect(try mock.admin("jobs?\(query)").status == 400, "\(query)")
    }
  }

  @Test func jobsAreLed() throws {
    let mock = try mock()
    let led = [try pfop(mock), try pfop(mock), try pfop(mock)]
    #expect(try mock.admin("jobs/\(led[0])/advance", "").json["phase"] as? String == "processing")
    #expect(try mock.status(led[0])["code"] as? Int == 2)
    #expect(try mock.admin("jobs/\(led[0])/advance", "{}").json["phase"] as? String == "finished")
    #expect(try mock.status(led[0])["code"] as? Int == 0)
    #expect(try mock.admin("jobs/\(led[1])/finish", "").status == 200)
    #expect(try mock.status(led[1])["code"] as? Int == 0)
    let failed = try mock.admin("jobs/\(led[2])/fail", #"{"error": "no such codec", "errorIndex": 1}"#)
    let items = try #require((failed.json["status"] as? [String: Any])?["items"] as? [[String: Any]])
    #expect(items.map { $0["code"] as? Int } == [0, 3])
    #expect(items[1]["error"] as? String == "no such codec" && items[1]["errorIndex"] as? Int == 1)
    for call in ["advance", "finish", "fail"] {
      let answer = try mock.admin("jobs/\(led[2])/\(call)", "{}")
      #expect(answer.status == 409)
      #expect(answer.text.contains("job \(led[2]) has finished"))
      #expect(try mock.admin("jobs/99/\(call)", "{}").status == 404)
    }
    #expect(try mock.admin("jobs/\(led[2])/fail", #"{"eror": "x"}"#).status == 400)
    #expect(try mock.admin("jobs/\(led[2])/fail", #"{"errorIndex": -1}"#).text.contains(#""field": "errorIndex""#))
    try mock.advance("0")
    #expect(try mock.deliveries().count == 3)
  }

  @Test func waitingEndsWhenTheJobsAreThere() throws {
    let mock = try mock()
    let id = try pfop(mock)
    let waiting = try mock.connect()
    let body = #"{"bucket": "sluggish", "until": "result", "within": "30s"}"#
    try waiting.send(
      "POST /__admin/jobs/wait HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    try mock.advance("10s")
    try mock.advance("30s")
    let answer = try waiting.readResponse()
    #expect(answer.status == 200)
    let jobs = try #require(answer.json["jobs"] as? [[String: Any]])
    #expect(jobs.map { $0["id"] as? Int } == [id])
  }

  @Test func jobsThatAreThereAlreadyAreAwaitedToo() throws {
    let mock = try mock()
    #expect(try mock.admin("jobs/wait", "{}").text == #"{"count": 0, "jobs": []}"#)
    let first = try pfop(mock)
    try mock.advance("40s")
    let second = try pfop(mock)
    try mock.advance("40s")
    for body in ["{}", #"{"bucket": "sluggish"}"#, #"{"ids": [\#(first), \#(second)]}"#] {
      let answer = try mock.admin("jobs/wait", body).json
      let jobs = try #require(answer["jobs"] as? [[String: Any]])
      #expect(answer["count"] as? Int == 2 && jobs.map { $0["id"] as? Int } == [first, second], "\(body)")
    }
    #expect(try mock.admin("jobs/wait", #"{"bucket": "other"}"#).json["count"] as? Int == 0)
  }

  @Test func waitingInVainIsExplained() throws {
    let mock = try mock()
    let id = try pfop(mock)
    let answer = try mock.admin("jobs/wait", #"{"ids": [\#(id)], "within": "20ms"}"#)
    #expect(answer.status == 409)
    #expect(
      answer.text == #"{"code": 409, "error": "1 of 1 jobs have not come to settled in time; job 1 is waiting, "#
        + #"its notification planned; the clock is held: POST clock/advance moves it"}"#)
    for (body, field) in [
      (#"{"ids": [1], "bucket": "sluggish"}"#, "bucket"), (#"{"until": "done"}"#, "until"),
      (#"{"within": "11m"}"#, "within"),
      (#"{"within": 5}"#, "within"), (#"{"ids": ["x"]}"#, "ids[0]"),
    ] {
      let answer = try mock.admin("jobs/wait", body)
      #expect(answer.status == 400 && answer.text.contains(#""field": "\#(field)""#), "\(answer.text)")
    }
    #expect(try mock.admin("jobs/wait", #"{"ids": [7]}"#).status == 404)
  }

  @Test func thoseWhoWaitAreToldOfAStop() throws {
    let mock = try mock()
    _ = try pfop(mock)
    let waiting = try mock.connect()
    try waiting.send(
      "POST /__admin/jobs/wait HTTP/1.1\r\nHost: localhost\r\nContent-Length: 17\r\n\r\n{\"within\": \"10m\"}")
    // Answered behind it: the wait has begun.
    try mock.advance("0")
    mock.server.stop(grace: .seconds(30))
    #expect(try waiting.readResponse().status == 409)
  }

  @Test func aRunningClockIsNotMoved() throws {
    let answer = try MockServer().admin("clock/advance", #"{"by": "1s"}"#)
    #expect(answer.status == 409 && answer.text.contains("--clock manual"))
  }

  @Test(arguments: [
    "{}", #"{"by": 5}"#, #"{"by": "5"}"#, #"{"by": "-5s"}"#, #"{"to": "5s"}"#, "5s", #"{"by": "9000h"}"#,
  ])
  func aBadSpanIsRefused(_ body: String) throws {
    let mock = try mock()
    #expect(try mock.admin("clock/advance", body).status == 400)
  }

  // MARK: - Reset

  @Test func everythingIsReset() throws {
    let mock = try mock()
    _ = try pfop(mock)
    try mock.advance("40s")
    #expect(
      try mock.admin("reset", "").text == #"{"reset": ["jobs", "requests", "rules", "resources", "ids", "clock"]}"#)
    #expect(try ids(mock, "").isEmpty && mock.deliveries().isEmpty)
    #expect(mock.server.journal.isEmpty)
    #expect(try pfop(mock) == 1)
  }

  @Test func aPartIsResetAndTheOthersStay() throws {
    let mock = try mock()
    _ = try pfop(mock)
    _ = try pfop(mock, "media")
    #expect(try mock.admin("reset", #"{"what": ["jobs"], "bucket": "sluggish"}"#).status == 200)
    #expect(try ids(mock, "") == [2])
    #expect(try mock.admin("reset", #"{"what": ["requests"], "bucket": "media"}"#).status == 200)
    #expect(mock.server.journal.map(\.bucket) == ["sluggish"])
    #expect(try pfop(mock, "media") == 3)
    for (body, field) in [
      (#"{"what": ["job"]}"#, "what[0]"), (#"{"what": "jobs"}"#, "what"),
      (#"{"what": ["ids"], "bucket": "b"}"#, "what[0]"),
      (#"{"bucket": ""}"#, "bucket"),
    ] {
      let answer = try mock.admin("reset", body)
      #expect(answer.status == 400 && answer.text.contains(#""field": "\#(field)""#), "\(answer.text)")
    }
  }

  /// What the journal says tells them apart; the client's answer does not.
  @Test func anIDWhoseJobHasLeftIsToldApartFromOneNeverIssued() throws {
    let mock = try mock { $0.maxJobs = 1 }
    for _ in 0..<2 {
      _ = try pfop(mock, "media")
      try mock.advance("0")
    }
    for id in [1, 7] {
      let answer = try mock.answer(to: "GET /status/get/prefop?id=\(id) HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(answer.text == #"{"code": 404, "error": "no such persistentId"}"#)
    }
    let told = mock.server.journal.suffix(2).map(\.diagnosis)
    #expect(told[0].hasPrefix("id 1 was issued, but its job has left"))
    #expect(told[1] == "id 7 was never issued by this server")
  }
}

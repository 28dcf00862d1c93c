import TestSupport
import Testing

struct StatusTests {
  private func status(_ mock: MockServer, _ id: String) throws -> RawResponse {
    try mock.answer(to: "GET /status/get/prefop?id=\(id) HTTP/1.1\r\nHost: x\r\n\r\n")
  }

  @Test(arguments: Transport.allCases)
  func aJobIsTold(over transport: Transport) throws {
    let mock = try MockServer(over: transport)
    let pfop = try mock.answer(
      to: PfopText().with("fops", "avinfo;vframe/jpg|saveas/bWVkaWE6YS5qcGc=").with("pipeline", "p\"1").request())
    let answer = try status(mock, "1")
    let reqid = try #require(pfop["X-Reqid"])
    for part in [
      #"{"id": 1, "code": 0, "desc": "The fop was completed successfully", "inputBucket": "media", "#,
      #""inputKey": "video.mp4", "pipeline": "p\"1", "reqid": "\#(reqid)", "creationDate": "20"#,
      #""type": 0, "items": [{"cmd": "avinfo", "code": 0, "desc": "The fop was completed successfully", "hash": "F"#,
      #"{"cmd": "vframe/jpg|saveas/bWVkaWE6YS5qcGc=", "code": 0, "#, #""key": "a.jpg", "returnOld": 0}]}"#,
    ] {
      #expect(answer.text.contains(part))
    }
  }

  @Test(
    arguments: ["2", "0", "z0.ff", "9223372036854775807", "9223372036854775808", "z0.5f9a2b3c4d5e6f7081920a1b"],
    Transport.allCases)
  func anIDThatWasNeverIssuedIs404(id: String, over transport: Transport) throws {
    #expect(try status(MockServer(over: transport), id).status == 404)
  }

  @Test(arguments: ["", "abc", "-1", "+1", "1.0", "z0.", "z0.xyz", "z.1", "1%00", "%zz"], Transport.allCases)
  func whatIsNoIDIs400(id: String, over transport: Transport) throws {
    #expect(try status(MockServer(over: transport), id).status == 400)
  }

  @Test(arguments: Transport.allCases)
  func everyFormOfAnIDNamesTheSameJob(over transport: Transport) throws {
    let mock = try MockServer(over: transport) { $0.idStart = 255 }
    _ = try mock.answer(to: PfopText().request())
    let texts = try ["255", "0255", "z0.ff", "z0.FF", "z2.00ff"].map { try status(mock, $0).text }
    #expect(Set(texts).count == 1)
    #expect(texts[0].hasPrefix(#"{"id": 255, "#))
  }

  @Test(arguments: Transport.allCases)
  func nodeAsksByPOST(over transport: Transport) throws {
    let mock = try MockServer(over: transport)
    _ = try mock.answer(to: PfopText().request())
    let form = "content-type: application/x-www-form-urlencoded\r\ncontent-length: 4\r\n\r\nid=1"
    #expect(try mock.answer(to: "POST /status/get/prefop HTTP/1.1\r\nHost: x\r\n\(form)").status == 200)
  }

  @Test(arguments: Transport.allCases)
  func headHasTheFieldsOfGetAndNoContent(over transport: Transport) throws {
    let mock = try MockServer(over: transport)
    _ = try mock.answer(to: PfopText().request())
    let client = try mock.connect()
    for id in ["1", "2", "x"] {
      let target = "/status/get/prefop?id=\(id) HTTP/1.1\r\nHost: x\r\n\r\n"
      try client.send("HEAD " + target)
      let head = try client.readResponse(toHead: true)
      try client.send("GET " + target)
      let get = try client.readResponse()
      #expect(head.status == get.status)
      #expect(head["Content-Length"] == get["Content-Length"])
      #expect(head.fields.map(\.name) == get.fields.map(\.name))
    }
  }

  @Test(arguments: Transport.allCases)
  func aJobThatHasLeftIsToldApartInTheJournal(over transport: Transport) throws {
    let mock = try MockServer(over: transport) { $0.maxJobs = 1 }
    for _ in 0..<2 { _ = try mock.answer(to: PfopText().request()) }
    #expect(try status(mock, "1").status == 404)
    #expect(mock.server.journal.last?.diagnosis.contains("has left") == true)
    #expect(try status(mock, "3").status == 404)
    #expect(mock.server.journal.last?.diagnosis.contains("never issued") == true)
    #expect(try status(mock, "2").status == 200)
  }

  @Test(arguments: Transport.allCases)
  func anAuthorizationIsVerifiedForTheJournalOnly(over transport: Transport) throws {
    let mock = try MockServer(over: transport)
    _ = try mock.answer(to: PfopText().request())
    let request = "GET /status/get/prefop?id=1 HTTP/1.1\r\nHost: x\r\nAuthorization: QBox nobody:x\r\n\r\n"
    #expect(try mock.answer(to: request).status == 200)
    #expect(mock.server.journal.last?.authorization == .invalid)
    #expect(mock.server.journal.last?.remark.contains("unknown access key") == true)
    #expect(try status(mock, "1").status == 200)
    #expect(mock.server.journal.last?.authorization == JournalEntryMark.none)
  }
}

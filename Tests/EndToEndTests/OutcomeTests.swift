import Glibc
import TestSupport
import Testing

/// The outcomes of Qiniu's documentation, from the fixture that ships.
struct OutcomeTests {
  @Test(arguments: Transport.allCases)
  func aHealthyPfopGetsItsID(over transport: Transport) throws {
    let mock = try MockServer(over: transport) { $0.idStart = 42 }
    let answer = try mock.answer(to: PfopText().request())
    #expect(answer.status == 200)
    #expect(answer.text == #"{"persistentId": 42}"#)
    #expect(answer["X-Mock-Diagnosis"] == nil)
  }

  @Test(arguments: [400, 401, 404, 599, 614], Transport.allCases)
  func anOutcomeBucketAnswersAsItIsNamed(status: Int, over transport: Transport) throws {
    let mock = try MockServer(over: transport)
    let answer = try mock.answer(to: PfopText().with("bucket", "outcome-\(status)").request())
    #expect(answer.status == status)
    #expect(answer.text.hasPrefix(#"{"code": \#(status), "error": ""#))
    #expect(answer["X-Mock-Diagnosis"]?.contains("bucket outcome-\(status)") == true)
    #expect(mock.server.journal.last?.decidedBy == "bucket outcome-\(status)")
  }

  @Test(arguments: Transport.allCases)
  func flakyFailsTwiceAndThenAcceptsWithoutLosingAnID(over transport: Transport) throws {
    let mock = try MockServer(over: transport)
    let client = try mock.connect()
    var answers: [String] = []
    for _ in 0..<4 {
      try client.send(PfopText().with("bucket", "flaky-599").request())
      answers.append(try client.readResponse().text)
    }
    #expect(answers.prefix(2).allSatisfy { $0.hasPrefix(#"{"code": 599"#) })
    #expect(answers.suffix(2) == [#"{"persistentId": 1}"#, #"{"persistentId": 2}"#])
  }

  @Test func aSlowAnswerTakesTwoSecondsAndAResetOneNeverComes() throws {
    let mock = try MockServer {
      $0.loops = 1
      $0.clock = .manual
    }
    let client = try mock.connect()
    try client.send(PfopText().with("bucket", "slow").request())
    try mock.awaitDecisions(1)
    try mock.advance("1999ms")
    #expect(!client.hasMore())
    try mock.advance("1ms")
    #expect(try client.readResponse().text == #"{"persistentId": 1}"#)

    let unlucky = try mock.connect()
    try unlucky.send(PfopText().with("bucket", "resets").request())
    #expect(throws: RawClient.Failure.receive(code: ECONNRESET)) { try unlucky.readToEnd() }
    #expect(unlucky.received.isEmpty)
    #expect(try mock.pfop() == 2)
  }

  /// The contract's order: what is wrong earlier is said first.
  @Test(
    arguments: [
      (PfopText(secretKey: "wrong", contentType: "text/plain").with("bucket", nil), 401, "bad token", "authorization"),
      (PfopText(contentType: "text/plain").with("bucket", nil), 400, "bad parameter: content type", "content type"),
      (PfopText().with("bucket", nil).with("key", "nix"), 400, "bad parameter: bucket is missing", "parameter"),
      (PfopText().with("fops", "a;;b").with("bucket", "nix"), 400, "bad parameter: fops is malformed", "parameter"),
      (PfopText().with("notifyURL", "ftp://x").with("bucket", "outcome-599"), 400, "bad parameter", "parameter"),
      (PfopText().with("bucket", "outcome-599").with("key", ""), 400, "bad parameter: key is missing", "parameter"),
      (PfopText().with("bucket", "nix").with("key", "nix"), 404, "no such bucket", "bucket"),
      (PfopText().with("key", "nix").with("fops", "a|saveas/bWVkaWE6dmlkZW8ubXA0"), 404, "no such key", "key"),
      (PfopText().with("fops", "a|saveas/bWVkaWE6dmlkZW8ubXA0"), 614, "file exists", "saveas"),
    ], Transport.allCases)
  func theFirstCheckThatFailsDecides(
    fault: (text: PfopText, status: Int, error: String, check: String), over transport: Transport
  ) throws {
    let (text, status, error, check) = fault
    let mock = try MockServer(over: transport)
    let client = try mock.connect()
    try client.send(text.request())
    let answer = try client.readResponse()
    #expect(answer.status == status)
    #expect(answer.text.contains(#""error": "\#(error)"#))
    #expect(answer["X-Mock-Diagnosis"]?.isEmpty == false)
    #expect(mock.server.journal.last?.decidedBy == check)
    // A refusal uses up no id.
    try client.send(PfopText().request())
    #expect(try client.readResponse().text == #"{"persistentId": 1}"#)
  }

  @Test(arguments: Transport.allCases)
  func anIDAboveTwoToThe53IsPrintedExactly(over transport: Transport) throws {
    let mock = try MockServer(over: transport) { $0.idStart = 9_007_199_254_740_993 }
    #expect(try mock.answer(to: PfopText().request()).text == #"{"persistentId": 9007199254740993}"#)
    let status = try mock.answer(to: "GET /status/get/prefop?id=9007199254740993 HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(status.text.hasPrefix(#"{"id": 9007199254740993, "code": 0, "#))
  }

  @Test(arguments: Transport.allCases)
  func theLastIDIsNotFollowedByAnother(over transport: Transport) throws {
    let mock = try MockServer(over: transport) { $0.idStart = .max }
    #expect(try mock.answer(to: PfopText().request()).text == #"{"persistentId": 9223372036854775807}"#)
    #expect(try mock.answer(to: PfopText().request()).status == 599)
  }

  @Test(arguments: Transport.allCases)
  func wrongSignaturesAreExplainedToPeopleAndNotToStrangers(over transport: Transport) throws {
    let mock = try MockServer(over: transport) { $0.sendsDiagnosis = false }
    let answer = try mock.answer(to: PfopText(secretKey: "wrong").request())
    #expect(answer.text == #"{"code": 401, "error": "bad token"}"#)
    #expect(answer["X-Mock-Diagnosis"] == nil)
    #expect(mock.server.journal.last?.diagnosis.contains("signature mismatch") == true)
    #expect(mock.server.journal.last?.authorization == .invalid)
    #expect(mock.server.journal.last?.bucket == "media")
  }

  @Test(arguments: Transport.allCases)
  func chunkedContentIsTheSame(over transport: Transport) throws {
    let mock = try MockServer(over: transport)
    #expect(try mock.answer(to: PfopText(isChunked: true).request()).text == #"{"persistentId": 1}"#)
  }

  @Test(arguments: Transport.allCases)
  func twoAuthorizationFieldsAreRefused(over transport: Transport) throws {
    let mock = try MockServer(over: transport)
    let answer = try mock.answer(to: PfopText(extraFields: "Authorization: QBox a:b\r\n").request())
    #expect(answer.status == 401)
    #expect(answer["X-Mock-Diagnosis"] == "2 Authorization fields were sent; allowed: one")
  }

  @Test(arguments: Transport.allCases)
  func unknownFormFieldsAreNoted(over transport: Transport) throws {
    let mock = try MockServer(over: transport)
    #expect(try mock.answer(to: PfopText().with("notifyUrl", "x").request()).status == 200)
    #expect(mock.server.journal.last?.remark == "unknown form fields are ignored: notifyUrl")
  }
}

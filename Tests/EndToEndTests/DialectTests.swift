import Foundation
import PfopMock
import TestSupport
import Testing

/// What the dialect `current` answers where `classic` answers something else.
@Suite(.overEachTransport)
struct DialectTests {
  private func mock(_ change: (inout Configuration) -> Void = { _ in }) throws -> MockServer {
    try MockServer {
      $0.dialect = .current
      change(&$0)
    }
  }

  private func answer(_ mock: MockServer, _ change: (PfopText) -> PfopText = { $0 }) throws -> RawResponse {
    try mock.answer(to: change(PfopText()).request())
  }

  private func status(_ mock: MockServer, _ id: String) throws -> RawResponse {
    try mock.answer(to: "GET /status/get/prefop?id=\(id) HTTP/1.1\r\nHost: a\r\n\r\n")
  }

  @Test(
    arguments: [
      (Configuration.IDFormat.string, "\"255\""), (.int64, "255"), (.zoned, "\"z0.ff\""), (nil, "\"255\""),
    ] as [(Configuration.IDFormat?, String)])
  func theIDIsTheSameInAnswerStatusAndNotification(_ format: Configuration.IDFormat?, _ id: String) throws {
    let receiver = try Receiver()
    let mock = try mock {
      $0.idFormat = format
      $0.idStart = 255
      $0.clock = .manual
    }
    #expect(try answer(mock) { $0.with("notifyURL", receiver.url) }.text == "{\"persistentId\": \(id)}")
    for form in ["255", "z0.ff", "z1.FF"] { #expect(try status(mock, form).text.hasPrefix("{\"id\": \(id), ")) }
    try mock.advance("0")
    #expect(receiver.requests[0].body.hasPrefix("{\"id\": \(id), "))
  }

  @Test func whatIsMissingHasStatusesOfItsOwn() throws {
    let mock = try mock()
    #expect(try answer(mock) { $0.with("bucket", "none") }.text == #"{"code": 631, "error": "no such bucket"}"#)
    #expect(try answer(mock) { $0.with("key", "none") }.text == #"{"code": 612, "error": "no such key"}"#)
    #expect(try status(mock, "77").text == #"{"code": 612, "error": "no such persistentId"}"#)
    #expect(try status(mock, "fakePersistentId").status == 404)
    #expect(try mock.answer(to: "GET /status/get/prefop HTTP/1.1\r\nHost: a\r\n\r\n").status == 400)
  }

  @Test func aNotifyURLMayBeLeftOutOrLackItsScheme() throws {
    let mock = try mock { $0.clock = .manual }
    for url in [nil, "", "www.baidu.com"] {
      #expect(try answer(mock) { $0.with("notifyURL", url) }.status == 200)
      #expect(try answer(try MockServer()) { $0.with("notifyURL", url) }.status == 400)
    }
    try mock.advance("0")
    let deliveries = try mock.deliveries()
    #expect(deliveries.map { $0["id"] as? Int } == [3])
    #expect(
      ((deliveries[0]["sent"] as? [String: Any])?["head"] as? String)?.contains("Host: www.baidu.com\r\n") == true)
  }

  @Test func anExistingTargetIsReturned() throws {
    let mock = try mock()
    let target = "avinfo|saveas/bWVkaWE6dmlkZW8ubXA0"
    #expect(try answer(mock) { $0.with("fops", target) }.status == 200)
    #expect(try answer(try MockServer()) { $0.with("fops", target) }.status == 614)
    #expect(try status(mock, "1").text.contains(#""key": "video.mp4", "returnOld": 1}"#))
  }

  @Test func typeAndTemplateAreTold() throws {
    let mock = try mock()
    #expect(
      try answer(mock) { $0.with("type", "1").with("fops", nil).with("workflowTemplateID", "tmpl") }.status == 200)
    let job = try status(mock, "1").json
    #expect(job["type"] as? Int == 1 && job["taskFrom"] as? String == "tmpl")
    for type in ["-1", "2"] {
      #expect(try answer(mock) { $0.with("type", type) }.text.contains("type is neither 0 nor 1"))
    }
  }

  @Test func aBucketMaySpeakAnotherDialectThanTheServer() throws {
    let mock = try MockServer(yaml: "buckets: { new: { keys: [k], dialect: current, idFormat: zoned } }")
    #expect(try answer(mock) { $0.with("bucket", "new").with("key", "x") }.status == 612)
    #expect(try answer(mock) { $0.with("bucket", "new").with("key", "k") }.text == #"{"persistentId": "z0.1"}"#)
    #expect(try answer(mock).text == #"{"persistentId": 2}"#)
    #expect(try answer(mock) { $0.with("key", "x") }.status == 404)
  }

  // MARK: - Signatures

  private func signed(_ date: String?, scheme: String = "Qiniu") throws -> String {
    var text = PfopText()
    text.scheme = scheme
    text.date = date
    return try text.request()
  }

  private func date(secondsFromNow seconds: TimeInterval) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "UTC")
    formatter.dateFormat = "yyyyMMdd'T'HHmmss'Z'"
    return formatter.string(from: Date(timeIntervalSinceNow: seconds))
  }

  @Test func bothSchemesAreAccepted() throws {
    let mock = try mock()
    for scheme in ["QBox", "Qiniu"] { #expect(try mock.answer(to: signed(nil, scheme: scheme)).status == 200) }
    #expect(try MockServer().answer(to: signed(nil)).status == 401)
  }

  @Test(arguments: [(0, true), (890, true), (-890, true), (910, false), (-910, false)] as [(TimeInterval, Bool)])
  func aDateMayBeAQuarterOfAnHourOff(_ seconds: TimeInterval, _ isAccepted: Bool) throws {
    let answer = try mock().answer(to: signed(date(secondsFromNow: seconds)))
    #expect(answer.status == (isAccepted ? 200 : 403))
    guard !isAccepted else { return }
    #expect(answer.text == #"{"code": 403, "error": "request time too skewed"}"#)
    #expect(answer["X-Mock-Diagnosis"]?.contains(seconds < 0 ? "s behind the server's clock" : "s ahead of") == true)
  }

  @Test func theSkewIsASetting() throws {
    let old = date(secondsFromNow: -7200)
    #expect(try mock { $0.maxSkew = .seconds(8000) }.answer(to: signed(old)).status == 200)
    #expect(try mock { $0.maxSkew = .zero }.answer(to: signed(old)).status == 200)
    #expect(try mock { $0.maxSkew = .zero }.answer(to: signed("never")).status == 200)
    #expect(try mock().answer(to: signed("never")).status == 403)
    // The dialect classic knows of no date, whichever way it is signed.
    #expect(try MockServer().answer(to: signed(old, scheme: "QBox")).status == 200)
  }

  @Test func settingsTellTheIdiom() throws {
    let settings = try mock { $0.idFormat = .zoned }.admin("settings").json
    #expect(settings["dialect"] as? String == "current" && settings["idFormat"] as? String == "zoned")
    #expect(settings["maxSkew"] as? String == "15m")
  }
}

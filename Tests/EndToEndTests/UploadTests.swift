import Foundation
import PfopMock
import TestSupport
import Testing

/// Uploads by form, with the job that the put policy asks for.
@Suite(.overEachTransport)
struct UploadTests {
  struct Upload {
    var scope = "media:new/a.mp4"
    var deadline = 4_102_444_800
    var policy = ""
    var key: String? = "new/a.mp4"
    var file = "hello"
    var secretKey = MockServer.secretKey
    var token: String?
    var path = "/"

    func request() throws -> String {
      let policy = "{\"scope\":\(scope.jsonString),\"deadline\":\(deadline)\(policy)}"
      let made = try SignedCall.uploadToken(
        policy: policy, accessKey: MockServer.accessKey, secretKey: secretKey)
      var content = ""
      for (name, value) in [("token", token ?? made), ("key", key), ("x:own", "1")] {
        guard let value else { continue }
        content += "--b\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
      }
      content +=
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\nContent-Type: video/mp4\r\n\r\n"
      content += "\(file)\r\n--b--\r\n"
      return "POST \(path) HTTP/1.1\r\nHost: up.qiniup.com\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        + "Content-Length: \(content.utf8.count)\r\n\r\n\(content)"
    }
  }

  private static let ops = #","persistentOps":"avthumb/mp4""#

  private func stat(_ mock: MockServer, _ entry: String, scheme: String = "QBox") throws -> RawResponse {
    let encoded = Data(entry.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
    let call = try SignedCall(
      method: "POST", url: "http://rs.qiniu.com/stat/\(encoded)", contentType: nil, body: nil, scheme: scheme,
      accessKey: MockServer.accessKey, secretKey: MockServer.secretKey)
    return try mock.answer(
      to: "POST /stat/\(encoded) HTTP/1.1\r\nHost: rs.qiniu.com\r\nAuthorization: \(call.authorization)\r\n"
        + "Content-Length: 0\r\n\r\n")
  }

  @Test(arguments: [Configuration.Dialect.classic, .current])
  func anUploadBeginsAJob(dialect: Configuration.Dialect) throws {
    let mock = try MockServer { $0.dialect = dialect }
    let answer = try mock.answer(to: Upload(policy: Self.ops).request())
    #expect(answer.status == 200)
    let id = dialect == .classic ? "1" : "\"1\""
    #expect(answer.text == #"{"hash": "Fqr0xh3cxeii2r7eDztILNmuqUNN", "key": "new/a.mp4", "persistentId": \#(id)}"#)
    let job = try mock.status(1)
    #expect(job["inputKey"] as? String == "new/a.mp4" && job["code"] as? Int == 0)
    #expect(job["reqid"] as? String == answer["X-Reqid"])
    let entry = try #require(mock.server.journal.first)
    #expect(entry.authorization == .valid && entry.decidedBy == "accepted" && entry.id == 1)
    #expect(entry.bucket == "media" && entry.key == "new/a.mp4")
    // The key exists now.
    #expect(try mock.answer(to: PfopText().with("key", "new/a.mp4").request()).status == 200)
  }

  @Test func withoutOpsThereIsNoJob() throws {
    let mock = try MockServer()
    var upload = Upload(scope: "media", key: nil)
    upload.policy = #","returnBody":"$(key)","callbackUrl":"http://127.0.0.1/""#
    let answer = try mock.answer(to: upload.request())
    #expect(answer.text == #"{"hash": "Fqr0xh3cxeii2r7eDztILNmuqUNN", "key": "Fqr0xh3cxeii2r7eDztILNmuqUNN"}"#)
    #expect(mock.server.journal.last?.remark == "members of the put policy are ignored: returnBody, callbackUrl")
    #expect(mock.server.journal.last?.key == "Fqr0xh3cxeii2r7eDztILNmuqUNN")
  }

  @Test func theJobIsNotified() throws {
    let receiver = try Receiver()
    let mock = try MockServer { $0.clock = .manual }
    let policy = Self.ops + #","persistentNotifyUrl":\#(receiver.url.jsonString)"#
    #expect(try mock.answer(to: Upload(policy: policy).request()).status == 200)
    try mock.advance("0")
    #expect(receiver.requests[0].body.contains(#""inputKey": "new/a.mp4""#))
  }

  @Test(arguments: [
    (Upload(secretKey: "wrong"), 401, "bad token", "authorization"),
    (Upload(token: "nonsense"), 401, "bad token", "authorization"),
    (Upload(deadline: 1_700_000_000), 401, "expired token", "authorization"),
    (Upload(scope: ""), 400, "scope not specified", "authorization"),
    (Upload(key: "b"), 403, "key doesn't match with scope", "scope"),
    (Upload(policy: #","persistentOps":"a;;""#), 400, "bad parameter: persistentOps is malformed", "parameter"),
    (Upload(scope: "none", key: nil), 631, "no such bucket", "bucket"),
    (Upload(scope: "media", key: "video.mp4"), 614, "file exists", "key"),
  ])
  func refusalsAreExplained(upload: Upload, status: Int, error: String, check: String) throws {
    let mock = try MockServer()
    let answer = try mock.answer(to: upload.request())
    #expect(answer.text == #"{"code": \#(status), "error": "\#(error)"}"#)
    #expect(answer["X-Mock-Diagnosis"]?.isEmpty == false)
    let entry = try #require(mock.server.journal.last)
    #expect(entry.decidedBy == check && entry.key == (upload.key ?? entry.key))
    #expect(entry.authorization == (error == "bad token" ? .invalid : .valid))
    #expect(!entry.diagnosis.contains(MockServer.secretKey))
    // A refusal uses up no id and leaves nothing behind.
    #expect(try mock.answer(to: PfopText().request()).text == #"{"persistentId": 1}"#)
  }

  @Test func otherContentIsToldWhatAnUploadIs() throws {
    let mock = try MockServer()
    let answer = try mock.answer(to: PfopText(path: "/").request())
    #expect(answer.text == #"{"code": 400, "error": "bad parameter: content type is not multipart/form-data"}"#)
    let cut = try mock.answer(
      to: "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 3\r\n\r\n--b")
    #expect(cut.text == #"{"code": 400, "error": "invalid multipart format"}"#)
    let empty = try mock.answer(
      to:
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 5\r\n\r\n--b--")
    #expect(empty.text == #"{"code": 401, "error": "token not specified"}"#)
    #expect(mock.server.journal.last?.authorization == JournalEntryMark.none)
    #expect(try mock.answer(to: "GET / HTTP/1.1\r\nHost: a\r\n\r\n")["Allow"] == "POST, OPTIONS")
  }

  @Test func aLargeFileIsToldHowToRaiseTheLimit() throws {
    let mock = try MockServer { $0.limits.parser.content = 500 }
    let answer = try mock.answer(to: Upload(file: String(repeating: "x", count: 500)).request())
    #expect(answer.status == 413)
    #expect(answer["X-Mock-Diagnosis"]?.contains("allowed: 500 octets (--max-body)") == true)
  }

  @Test func theAbsoluteFormNeedsNoPath() throws {
    let mock = try MockServer()
    #expect(try mock.answer(to: Upload(path: "http://up.qiniup.com").request()).status == 200)
  }

  // MARK: - stat

  @Test func statTellsWhatIsThere() throws {
    let mock = try MockServer()
    #expect(
      try stat(mock, "media:new/a.mp4").text == #"{"code": 612, "error": "no such file or directory"}"#)
    #expect(try stat(mock, "none:a").text == #"{"code": 631, "error": "no such bucket"}"#)
    let before = Int(Date().timeIntervalSince1970)
    #expect(try mock.answer(to: Upload().request()).status == 200)
    let answer = try stat(mock, "media:new/a.mp4")
    let json = try answer.json
    #expect(
      answer.text.hasPrefix(
        #"{"fsize": 5, "hash": "Fqr0xh3cxeii2r7eDztILNmuqUNN", "mimeType": "video/mp4", "putTime": "#))
    #expect(try #require(json["putTime"] as? Int) / 10_000_000 - before < 60)
    let made = try stat(mock, "media:video.mp4")
    #expect(made.status == 200)
    #expect(try stat(MockServer(), "media:video.mp4").text == made.text)
  }

  @Test func statNeedsASignatureAndAnEntry() throws {
    let mock = try MockServer()
    let unsigned = try mock.answer(to: "GET /stat/bWVkaWE6YQ== HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(unsigned.text == #"{"code": 401, "error": "token not specified"}"#)
    #expect(mock.server.journal.last?.bucket == "media" && mock.server.journal.last?.key == "a")
    #expect(try stat(mock, "media").text == #"{"code": 400, "error": "bad parameter: entry is malformed"}"#)
    #expect(try stat(mock, "").status == 400)
    #expect(try stat(mock, "media:video.mp4", scheme: "Qiniu").status == 401)
    #expect(try stat(MockServer { $0.dialect = .current }, "media:video.mp4", scheme: "Qiniu").status == 200)
  }
}

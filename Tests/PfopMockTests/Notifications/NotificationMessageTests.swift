import ByteText
import PfopEngine
import QiniuAuth
import Testing

@testable import PfopMock

struct NotificationMessageTests {
  private let credential = Credential(accessKey: "ak", secretKey: "sk")

  /// A job that has finished.
  private func job() throws -> Job {
    let fixture: Fixture
    switch FixtureLoader.decode(
      "accounts: [{ accessKey: ak, secretKey: sk }]\nbuckets: { b: { keys: [k] } }", file: "test.yaml")
    {
    case .loaded(let loaded): fixture = loaded
    case .refused(let problems): throw StartFailure(problems: problems.map { "\($0)" })
    }
    var state = ServiceState(fixture: fixture, settings: .init(), clock: ServiceClock(.manual, wall: 0, monotonic: 0))
    var form = FormDecoder()
    let text = Array("bucket=b&key=k&fops=avinfo&notifyURL=http://h.example:81/done%3Fa=1".utf8)
    try text.withUnsafeBytes { try form.decode($0) }
    let request = try PfopRequest(form, state.idioms)
    let empty = ByteView(start: nil, count: 0)
    _ = state.decide(request, RuleSubject(), reqid: empty, at: Timestamp(nanoseconds: 0))
    guard case .found(let job) = state.lookUp(1) else { throw StartFailure(problems: ["no job"]) }
    return job
  }

  @Test func isOnePostOfTheStatusBody() throws {
    let job = try job()
    let target = try #require(NotifyTarget(job.notifyURL))
    let message = try NotificationMessage(job, to: target, signedBy: credential, .none)
    let parts = String(decoding: message.octets, as: UTF8.self).split(separator: "\r\n\r\n", maxSplits: 1)
    var body = ByteBuffer()
    body.append(StatusReport(job))
    #expect(parts[1] == String(decoding: body.view, as: UTF8.self))
    #expect(
      parts[0] == """
        POST /done?a=1 HTTP/1.1\r
        Host: h.example:81\r
        User-Agent: pfop-mock\r
        Content-Type: application/json\r
        Content-Length: \(parts[1].utf8.count)
        """)
    #expect(message.authorization == "")
  }

  @Test(arguments: [NotificationSigning.qbox, .qiniu])
  func isSignedAsItIsSent(_ signing: NotificationSigning) throws {
    let job = try job()
    let target = try #require(NotifyTarget(job.notifyURL))
    let message = try NotificationMessage(job, to: target, signedBy: credential, signing)
    let text = String(decoding: message.octets, as: UTF8.self)
    #expect(text.contains("\r\nAuthorization: \(message.authorization)\r\n"))
    #expect(message.authorization.hasPrefix("\(signing.rawValue) ak:"))
    let call = try SignedCall(
      method: "POST", url: "http://h.example:81/done?a=1", contentType: "application/json",
      body: body(of: text),
      scheme: signing.rawValue, accessKey: "ak", secretKey: "sk")
    #expect(call.authorization == message.authorization)
    #expect(NotificationMessage(job, to: target, authorization: message.authorization).octets == message.octets)
  }

  @Test func isNotSignedWithoutTheAccount() throws {
    let job = try job()
    let target = try #require(NotifyTarget(job.notifyURL))
    #expect(try NotificationMessage(job, to: target, signedBy: nil, .qbox).authorization == "")
  }

  private func body(of message: String) -> String {
    message.firstRange(of: "\r\n\r\n").map { String(message[$0.upperBound...]) } ?? ""
  }
}

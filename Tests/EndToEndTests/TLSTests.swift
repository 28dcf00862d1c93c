import Foundation
import PfopMock
import TestSupport
import Testing

/// `https://` beside `http://`, as a client sees it.
struct TLSTests {
  private static let health = "GET /__admin/health HTTP/1.1\r\nHost: x\r\n\r\n"

  @Test(arguments: [
    "api.qiniu.com", "api-z1.qiniu.com", "api-z0.qiniuapi.com", "rs.qbox.me", "localhost", "127.0.0.1", "::1",
  ])
  func theCertificateIsForQiniusNamesAndThisMachine(name: String) throws {
    let mock = try MockServer(over: .tls)
    var settings = RawTLS.Settings()
    settings.trusted = try mock.admin("ca.pem").body
    settings.serverName = name
    settings.verifiedName = name
    let client = try RawClient(port: try #require(mock.server.tlsPort), over: .tls, settings: settings)
    try client.send(PfopText().request())
    #expect(try client.readResponse().text == #"{"persistentId": 1}"#)
  }

  @Test func bothServeTheSame() throws {
    let mock = try MockServer(over: .tls)
    #expect(mock.server.tlsURL == "https://127.0.0.1:\(mock.server.tlsPort ?? 0)")
    let id = try mock.pfop()
    let client = try RawClient(port: mock.server.port)
    try client.send("GET /status/get/prefop?id=\(id) HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(
      try client.readResponse().text
        == mock.answer(to: "GET /status/get/prefop?id=\(id) HTTP/1.1\r\nHost: a\r\n\r\n").text)
  }

  @Test func withoutItThereIsNone() throws {
    let mock = try MockServer()
    #expect(mock.server.tlsURL == nil)
    let answer = try mock.admin("ca.pem")
    #expect(answer.status == 404)
    #expect(answer.text.contains("--tls"))
  }

  @Test(arguments: [("GET /pfop?x HTTP/1.1\r\nHost: x\r\n\r\n", "GET", "/pfop?x"), ("HELO", "", ""), ("\u{0}", "", "")])
  func whoSpeaksPlainHTTPToItIsToldWhere(text: String, method: String, target: String) throws {
    let mock = try MockServer(over: .tls)
    let client = try RawClient(port: try #require(mock.server.tlsPort))
    try client.send(text)
    let answer = try client.readResponse()
    #expect(answer.status == 400)
    let (url, tlsURL) = (mock.server.url, try #require(mock.server.tlsURL))
    #expect(
      answer.text
        == #"{"code": 400, "error": "this port speaks TLS: use \#(tlsURL), or \#(url) for plain HTTP"}"#)
    #expect(answer["Content-Type"] == "application/json")
    #expect(answer["Content-Length"] == "\(answer.body.count)")
    #expect(answer["Date"]?.hasSuffix(" GMT") == true)
    #expect(answer["X-Reqid"]?.count == 16)
    #expect(answer["Connection"] == "close")
    #expect(try client.readToEnd().isEmpty)
    let entry = try #require(mock.server.journal.last)
    #expect((entry.status, entry.decidedBy, entry.method, entry.target) == (400, "tls", method, target))
    #expect(entry.reqid == answer["X-Reqid"])
  }

  @Test func aHEADThereGetsNoContent() throws {
    let mock = try MockServer(over: .tls)
    let client = try RawClient(port: try #require(mock.server.tlsPort))
    try client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(try client.readResponse(toHead: true).status == 400)
    #expect(try client.readToEnd().isEmpty)
  }

  @Test func whoSpeaksTLSToTheOtherPortIsToldWhere() throws {
    let mock = try MockServer(over: .tls)
    let client = try RawClient(port: mock.server.port)
    try client.send(RawTLS.greeting())
    let diagnosis = try #require(try client.readResponse()["X-Mock-Diagnosis"])
    #expect(diagnosis.hasSuffix("; TLS is spoken at \(mock.server.tlsURL ?? "")"))
  }

  @Test func aBodyThatIsCutShortReachesNobody() throws {
    let mock = try MockServer(over: .tls)
    let request = try PfopText().request()
    let client = try mock.connect()
    try client.send(Self.health + String(request.dropLast()))
    client.cutSending()
    #expect(try client.readResponse().status == 200)
    #expect(throws: RawClient.Failure.self) { try client.readResponse() }
    #expect(mock.server.journal.isEmpty)
    #expect(try mock.pfop() == 1)
  }

  @Test func aCAThatNobodyCanWriteStartsNothing() throws {
    var settings = try AuthorityFolder.settings
    settings.caFile = "/dev/null/ca.pem"
    #expect {
      try MockServer { $0.tls = settings }
    } throws: { error in
      "\(error)" == "TLS: /dev/null/ca.pem: cannot be written: Not a directory"
    }
    settings.certificate = .files(certificate: "/c.pem", key: "/k.pem")
    #expect(throws: StartFailure.self) { try MockServer { $0.tls = settings } }
  }
}

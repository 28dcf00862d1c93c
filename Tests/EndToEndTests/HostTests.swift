import PfopMock
import TestSupport
import Testing

/// Who is asked for: the absolute form's authority, else the Host field.
struct HostTests {
  private func get(_ mock: MockServer, _ target: String, host: String) throws -> RawResponse {
    try mock.answer(to: "GET \(target) HTTP/1.1\r\nHost: \(host)\r\n\r\n")
  }

  @Test func anyHostIsAnsweredForUnlessToldOtherwise() throws {
    let mock = try MockServer()
    #expect(try get(mock, "/regions", host: "stranger.example").status == 200)
    #expect(try get(mock, "http://stranger.example/regions", host: "stranger.example").status == 200)
  }

  @Test func strictlyOnlyNamesOfTheServiceAndItsOwn() throws {
    let mock = try MockServer { $0.strictHost = true }
    for host in ["api.qiniu.com", "localhost:\(mock.server.port)", "127.0.0.1"] {
      #expect(try get(mock, "/regions", host: host).status == 200)
    }
    let answer = try get(mock, "/regions", host: "api.qiniu.con")
    #expect(answer.status == 421)
    #expect(answer.text == #"{"code": 421, "error": "misdirected request"}"#)
    #expect(answer["X-Mock-Diagnosis"]?.contains("--strict-host") == true)
    #expect(mock.server.journal.last?.decidedBy == "host")
    // The absolute form's host replaces the field's (RFC 9112, section 3.2.2).
    #expect(try get(mock, "http://api.qiniu.com/regions", host: "stranger.example").status == 200)
    #expect(try get(mock, "http://stranger.example/regions", host: "api.qiniu.com").status == 421)
    #expect(try mock.answer(to: "GET /regions HTTP/1.0\r\n\r\n").status == 421)
    #expect(try mock.answer(to: PfopText().request()).status == 200)
  }

  /// They have a guard of their own, and those who watch over a server ask by any name.
  @Test func adminCallsAreNotConcerned() throws {
    let mock = try MockServer { $0.strictHost = true }
    #expect(try get(mock, "/__admin/ready", host: "stranger.example").status == 200)
    #expect(try mock.admin("settings").json["strictHost"] as? Bool == true)
  }

  /// In the error itself, and whatever the authority: a tunnel to a stranger would be refused anyway.
  @Test(arguments: [false, true]) func aTunnelIsRefusedWithTheWayOut(strict: Bool) throws {
    let mock = try MockServer { $0.strictHost = strict }
    let answer = try mock.answer(to: "CONNECT stranger.example:443 HTTP/1.1\r\nHost: stranger.example:443\r\n\r\n")
    #expect(answer.status == 501)
    #expect(try (answer.json["error"] as? String)?.contains("set the client to plain http") == true)
    #expect(answer["X-Mock-Diagnosis"]?.contains("tunnel") == true)
  }
}

import PfopMock
import TestSupport
import Testing

/// Admin calls on a port of their own.
struct AdminPortTests {
  private func answer(_ mock: MockServer, _ request: String) throws -> RawResponse {
    let client = try RawClient(port: try #require(mock.server.adminPort))
    try client.send(request)
    return try client.readResponse()
  }

  private func get(_ path: String, _ fields: String = "", host: String = "localhost") -> String {
    "GET \(path) HTTP/1.1\r\nHost: \(host)\r\n\(fields)\r\n"
  }

  @Test(arguments: ["127.0.0.1", "0.0.0.0"])
  func theyAreAnsweredThereAndNowhereElse(host: String) throws {
    let mock = try MockServer {
      $0.host = host
      $0.adminPort = 0
    }
    let settings = try answer(mock, get("/__admin/settings"))
    #expect(settings.status == 200)
    #expect(mock.server.adminURL == "http://127.0.0.1:\(mock.server.adminPort ?? 0)/__admin/")
    #expect(try settings.json["adminUrl"] as? String == "http://127.0.0.1:\(mock.server.adminPort ?? 0)")
    for path in ["/__admin/settings", "/__admin/ready", "/__admin"] {
      let refused = try mock.answer(to: get(path))
      #expect(refused.status == 404)
      #expect(refused.text.contains("no such API"))
      #expect(refused["X-Mock-Diagnosis"]?.contains("__admin") == false)
    }
    #expect(try mock.answer(to: PfopText().request()).status == 200)
    #expect(try answer(mock, PfopText().request()).status == 404)
    #expect(try answer(mock, get("/")).text.contains("/__admin/ only (--admin-port)"))
    // What came to the port of admin calls is not in the journal.
    #expect(mock.server.journal.map(\.decidedBy) == ["route", "route", "route", "accepted"])
  }

  @Test func webPagesOfOthersAreRefusedThereAsWell() throws {
    let mock = try MockServer { $0.adminPort = 0 }
    #expect(try answer(mock, get("/__admin/settings", host: "rebound.example")).status == 403)
    #expect(try answer(mock, get("/__admin/settings", "Origin: http://evil.example\r\n")).status == 403)
  }

  @Test func aTokenIsNeededThereIfThereIsOne() throws {
    let mock = try MockServer {
      $0.host = "0.0.0.0"
      $0.adminPort = 0
      $0.adminToken = "open-sesame"
    }
    #expect(try answer(mock, get("/__admin/settings")).status == 401)
    #expect(try answer(mock, get("/__admin/settings", "Authorization: Bearer open-sesame\r\n")).status == 200)
  }

  @Test func rulesForConnectionsHaveNoSayThere() throws {
    let mock = try MockServer(yaml: "rules: [{ phase: connection, then: { fault: emptyResponse } }]") {
      $0.adminPort = 0
    }
    #expect(try answer(mock, get("/__admin/health")).status == 200)
    #expect(throws: (any Error).self) { try mock.answer(to: PfopText().request()) }
  }

  @Test func aPortThatIsTakenStartsNothing() throws {
    let listener = try RawListener()
    #expect(throws: StartFailure.self) { try MockServer { $0.adminPort = listener.port } }
  }
}

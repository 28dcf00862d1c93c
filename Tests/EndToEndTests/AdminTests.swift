import TestSupport
import Testing

@testable import PfopMock

/// The frame of the admin API: which call is meant, and who may make it.
struct AdminTests {
  private static func call(_ line: String, _ fields: String = "", host: String = "localhost") -> String {
    "\(line) HTTP/1.1\r\nHost: \(host)\r\n\(fields)\r\n"
  }

  @Test(arguments: Transport.allCases)
  func settingsTellWhatRunsAndNoSecret(over transport: Transport) throws {
    let mock = try MockServer(over: transport) {
      $0.idStart = .max
      $0.maxJobs = 7
      $0.maxMemory = 64 << 20
      $0.journalCapacity = 8
      $0.seed = .max
      $0.loops = 2
    }
    let text = try mock.answer(to: Self.call("GET /__admin/settings")).text
    let shares = [
      ("jobs", 32), ("createdKeys", 8), ("uploads", 2), ("deliveries", 8), ("heldResponses", 2), ("attempts", 1),
      ("stepCounts", 2), ("journal", 8), ("events", 1),
    ].map { "\"\($0)\": \($1 << 20)" }.joined(separator: ", ")
    let tlsURL = mock.server.tlsURL.map { #""tlsUrl": "\#($0)", "# } ?? ""
    #expect(
      text.hasPrefix(
        #"{"version": "\#(PfopMockServer.version)", "url": "\#(mock.server.url)", \#(tlsURL)"dialect": "classic", "#
          + #""idFormat": "int64", "maxSkew": "15m", "strictHost": false, "loops": 2, "maxJobs": 7, "#
          + #""memory": {"octets": 67108864, "shares": {\#(shares)}}, "journalSize": 8, "#
          + #""idStart": 9223372036854775807, "seed": 18446744073709551615, "clock": "real", "now": ""#))
    #expect(text.hasSuffix(#", "notifyTries": 5, "notifyBackoff": "1s", "notifySign": "none"}"#))
  }

  @Test func theSchemaIsWhatTheCommandPrints() throws {
    let answer = try MockServer().answer(to: Self.call("GET /__admin/schema"))
    #expect(answer.text == FixtureSchemaText.text)
  }

  @Test(arguments: ["x", "/", "health/", "Health", "health/x", "%2Fhealth", "__admin/health"], Transport.allCases)
  func anUnknownCallIsToldTheKnownOnes(path: String, over transport: Transport) throws {
    let answer = try MockServer(over: transport).answer(to: Self.call("GET /__admin/\(path)"))
    #expect(answer.status == 404)
    #expect(answer.text == #"{"code": 404, "error": "no such admin call: GET /__admin/\#(path)"}"#)
    #expect(answer["X-Mock-Diagnosis"]?.hasPrefix("known calls: GET health, GET ready, GET settings") == true)
  }

  @Test(arguments: Transport.allCases)
  func thePrefixAloneIsACallToo(over transport: Transport) throws {
    #expect(try MockServer(over: transport).answer(to: Self.call("GET /__admin")).text.hasPrefix("<!doctype html>"))
    #expect(try MockServer(over: transport).answer(to: Self.call("GET /__adminx")).text.contains("no such API"))
  }

  @Test(arguments: Transport.allCases)
  func anotherMethodIsToldTheRightOnes(over transport: Transport) throws {
    let mock = try MockServer(over: transport)
    let answer = try mock.answer(to: Self.call("DELETE /__admin/settings"))
    #expect(answer.status == 405)
    #expect(answer["Allow"] == "GET, HEAD, OPTIONS")
    #expect(try mock.answer(to: Self.call("OPTIONS /__admin/settings"))["Allow"] == "GET, HEAD, OPTIONS")
    #expect(try mock.answer(to: Self.call("BREW /__admin/settings")).status == 501)
  }

  @Test(arguments: Transport.allCases)
  func HEADHasTheFieldsOfGET(over transport: Transport) throws {
    let mock = try MockServer(over: transport)
    let client = try mock.connect()
    try client.send(Self.call("HEAD /__admin/settings") + Self.call("GET /__admin/settings"))
    let head = try client.readResponse(toHead: true)
    #expect(try client.readResponse()["Content-Length"] == head["Content-Length"])
  }

  @Test(arguments: Transport.allCases)
  func escapesInThePathAreDecoded(over transport: Transport) throws {
    let mock = try MockServer(over: transport)
    #expect(try mock.answer(to: Self.call("GET /__admin/%73ettings")).status == 200)
    for path in ["%", "%zz", "%ff"] {
      let answer = try mock.answer(to: Self.call("GET /__admin/\(path)"))
      #expect(answer.status == 400)
      #expect(answer.text.contains("allowed: "))
    }
  }

  @Test(arguments: Transport.allCases)
  func anUnknownQueryParameterIsNamed(over transport: Transport) throws {
    let mock = try MockServer(over: transport)
    let answer = try mock.answer(to: Self.call("GET /__admin/settings?x=1"))
    #expect(
      answer.text == #"{"code": 400, "error": "\"x\" is not a query parameter here; allowed: none", "field": "x"}"#)
    #expect(try mock.answer(to: Self.call("GET /__admin/ready?x=1")).status == 200)
  }

  @Test(arguments: Transport.allCases)
  func withoutATokenOnlyLoopbackIsServed(over transport: Transport) throws {
    let mock = try MockServer(over: transport) { $0.host = "0.0.0.0" }
    let refused = try mock.answer(to: Self.call("GET /__admin/settings"))
    #expect(refused.status == 403)
    #expect(refused.text.contains("--admin-token"))
    // Before it is told what there is.
    #expect(try mock.answer(to: Self.call("GET /__admin/nix")).status == 403)
    for call in ["health", "ready"] {
      #expect(try mock.answer(to: Self.call("GET /__admin/\(call)", host: "10.1.2.3")).status == 200)
    }
    #expect(try mock.answer(to: PfopText().request()).status == 200)
  }

  @Test(arguments: ["0.0.0.0", "127.0.0.1"], Transport.allCases)
  func withATokenItIsNeeded(host: String, over transport: Transport) throws {
    let mock = try MockServer(over: transport) {
      $0.host = host
      $0.adminToken = "open-sesame"
    }
    let path = "GET /__admin/settings"
    for fields in ["", "Authorization: Bearer open\r\n", "Authorization: open-sesame\r\n"] {
      let refused = try mock.answer(to: Self.call(path, fields))
      #expect(refused.status == 401)
      #expect(refused["WWW-Authenticate"] == "Bearer")
      #expect(!refused.text.contains("sesame"))
    }
    let told = try mock.answer(to: Self.call(path, "Authorization: Bearer open-sesame\r\n"))
    #expect(told.status == 200)
    #expect(!told.text.contains("sesame"))
    for call in ["health", "ready"] { #expect(try mock.answer(to: Self.call("GET /__admin/\(call)")).status == 200) }
  }

  @Test(arguments: Transport.allCases)
  func webPagesOfOthersAreRefused(over transport: Transport) throws {
    let mock = try MockServer(over: transport)
    let path = "GET /__admin/settings"
    #expect(try mock.answer(to: Self.call(path, host: "rebound.example:\(mock.server.port)")).status == 403)
    #expect(try mock.answer(to: Self.call(path, "Origin: http://evil.example\r\n")).status == 403)
    #expect(try mock.answer(to: Self.call(path, "Origin: http://localhost\r\n")).status == 200)
    // As a proxy is asked, the target says where the request goes.
    #expect(try mock.answer(to: Self.call("GET http://evil.example/__admin/settings")).status == 403)
    #expect(try mock.answer(to: Self.call("GET http://127.0.0.1/__admin/settings", host: "x")).status == 200)
  }

  /// What a page of another site makes a browser ask for, such as an image; browsers say so whatever the page does.
  @Test func everyCallIsRefusedToPagesOfOtherSites() throws {
    let mock = try MockServer()
    for route in AdminRoutes.all where !route.isOpen {
      let line = "\(route.method.name) /__admin/\(route.path.description.replacing(/{\w+}/, with: "x"))"
      for site in ["cross-site", "same-site"] {
        let image = "Sec-Fetch-Site: \(site)\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image\r\n"
        let answer = try mock.answer(to: Self.call(line, image))
        #expect(answer.status == 403, "\(route.name)")
        #expect(answer.text.contains(#"another site: Sec-Fetch-Site is \"\#(site)\""#), "\(answer.text)")
        let link = "sec-fetch-site: \(site)\r\nsec-fetch-mode: navigate\r\nsec-fetch-dest: document\r\n"
        let isPage = route.path.description.isEmpty
        #expect(try mock.answer(to: Self.call(line, link)).status == (isPage ? 200 : 403), "\(route.name)")
        let frame = link.replacing("document", with: "iframe")
        #expect(try mock.answer(to: Self.call(line, frame)).status == 403, "\(route.name)")
      }
    }
    #expect(try mock.answer(to: Self.call("GET /__admin/nix", "Sec-Fetch-Site: cross-site\r\n")).status == 403)
    let client = try mock.connect()
    try client.send(Self.call("HEAD /__admin/", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n"))
    #expect(try client.readResponse(toHead: true).status == 403)
    for site in ["same-origin", "none"] {
      #expect(try mock.answer(to: Self.call("GET /__admin/settings", "Sec-Fetch-Site: \(site)\r\n")).status == 200)
    }
  }

  @Test(arguments: Transport.allCases)
  func nothingOfItIsInTheJournal(over transport: Transport) throws {
    let mock = try MockServer(over: transport)
    for line in ["GET /__admin/settings", "GET /__admin/nix", "PUT /__admin/ready", "BREW /__admin/", "GET /__admin/%"]
    {
      for host in ["localhost", "evil.example"] { _ = try mock.answer(to: Self.call(line, host: host)) }
    }
    #expect(mock.server.journal.isEmpty)
  }

  @Test func aTokenThatCannotBeSentStartsNothing() {
    #expect(throws: StartFailure.self) { try MockServer { $0.adminToken = "two words" } }
  }
}

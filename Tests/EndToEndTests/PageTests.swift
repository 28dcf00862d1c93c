import PfopMock
import TestSupport
import Testing

/// The page for people, as it comes over the wire. What it does in a browser is tested in `Tests/SDK/page`.
struct PageTests {
  private static func get(_ path: String, _ fields: String = "", host: String = "localhost") -> String {
    "GET \(path) HTTP/1.1\r\nHost: \(host)\r\n\(fields)\r\n"
  }

  @Test(arguments: ["/__admin/", "/__admin"], Transport.allCases)
  func itIsThere(path: String, over transport: Transport) throws {
    let mock = try MockServer(over: transport)
    let page = try mock.answer(to: Self.get(path))
    #expect(page.status == 200)
    #expect(page["Content-Type"] == "text/html; charset=utf-8")
    #expect(page["Content-Security-Policy"]?.contains("default-src 'none'; script-src 'sha256-") == true)
    #expect(page["X-Content-Type-Options"] == "nosniff")
    #expect(page["X-Frame-Options"] == "DENY")
    #expect(page["Referrer-Policy"] == "no-referrer")
    #expect(page["Cache-Control"] == "no-store")
    #expect(page.text.hasPrefix("<!doctype html>"))
    #expect(page.text.hasSuffix("</html>\n"))
    #expect(mock.server.journal.isEmpty)
  }

  @Test func onlyThePageHasAPolicy() throws {
    let mock = try MockServer()
    let other = try mock.answer(to: Self.get("/__admin/settings"))
    for name in ["Content-Security-Policy", "X-Frame-Options", "Referrer-Policy"] { #expect(other[name] == nil) }
  }

  @Test func itIsReachedWithoutTheTokenAndTellsNothing() throws {
    let mock = try MockServer { $0.adminToken = "open-sesame" }
    let page = try mock.answer(to: Self.get("/__admin/"))
    #expect(page.status == 200)
    #expect(!page.text.contains("sesame"))
    for path in ["/__admin/settings", "/__admin/requests", "/__admin/events", "/__admin/none"] {
      #expect(try mock.answer(to: Self.get(path)).status == 401)
    }
  }

  @Test func itIsForNoOtherHostAndNoOtherPage() throws {
    let mock = try MockServer()
    #expect(try mock.answer(to: Self.get("/__admin/", host: "evil.example")).status == 403)
    #expect(try mock.answer(to: Self.get("/__admin/", "Origin: http://evil.example\r\n")).status == 403)
    let open = try MockServer { $0.host = "0.0.0.0" }
    #expect(try open.answer(to: Self.get("/__admin/")).status == 403)
  }

  @Test func otherMethodsAreRefused() throws {
    let answer = try MockServer().answer(
      to: "POST /__admin/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
    #expect(answer.status == 405)
    #expect(answer["Allow"] == "GET, HEAD, OPTIONS")
  }
}

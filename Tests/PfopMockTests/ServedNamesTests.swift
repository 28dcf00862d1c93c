import ByteText
import HTTPCore
import Testing

@testable import PfopMock

struct ServedNamesTests {
  private func status(
    _ authority: String?, listener: String = "127.0.0.1", configured: String = "Box.local", publicURL: String? = nil
  ) -> Int {
    let names = ServedNames(
      listener: listener, port: 8599, configuredHost: configured, publicURL: publicURL.flatMap(PublicURL.init))
    guard var authority else { return names.refusal(of: nil)?.status.code ?? 200 }
    return authority.withUTF8 { names.refusal(of: ByteView($0)) }?.status.code ?? 200
  }

  @Test(arguments: [
    "api.qiniu.com", "API.QiniuAPI.com", "uc.qbox.me:80", "uc.qiniuapi.com:443", "api.qiniu.com:8599", "up.qiniup.com:",
    "127.0.0.1", "127.0.0.1:8599", "localhost", "localhost:8599", "box.local:8599",
  ])
  func answersForTheServiceAndItself(authority: String) {
    #expect(status(authority) == 200)
  }

  @Test(arguments: [
    "api.qiniu.con", "qiniu.com", "xapi.qiniu.com", "api.qiniu.com.evil.example", "api.qiniu.com:81", "localhost:1",
    "localhost:99999999", "127.0.0.2", "10.0.0.1:8599", "[::1]:8599", "mock.example",
  ])
  func answersForNobodyElse(authority: String) {
    #expect(status(authority) == 421)
  }

  @Test func aRequestWithoutAHostIsForNobody() {
    #expect(status(nil) == 421)
  }

  @Test func answersForThePublicURL() {
    for authority in ["mock.example", "MOCK.example:81", "api.qiniu.com:81", "localhost:8599"] {
      #expect(status(authority, publicURL: "http://Mock.example:81") == 200)
    }
    #expect(status("mock.example:82", publicURL: "http://mock.example:81") == 421)
  }

  @Test func everyAddressIsItsOwnWhereAllAreListenedOn() {
    for listener in ["0.0.0.0", "::"] {
      #expect(status("10.0.0.1:8599", listener: listener) == 200)
      #expect(status("[fe80::1]:8599", listener: listener) == 200)
      #expect(status("10.0.0.1:1", listener: listener) == 421)
      #expect(status("mock.example", listener: listener) == 421)
    }
    #expect(status("[::1]:8599", listener: "::1") == 200)
  }

  @Test func theDiagnosisNamesWhatIsAllowed() throws {
    let names = ServedNames(listener: "127.0.0.1", port: 8599, configuredHost: "127.0.0.1", publicURL: nil)
    var authority = "a\u{7F}b"
    let refusal = try #require(authority.withUTF8 { names.refusal(of: ByteView($0)) })
    let expected =
      #""a\x7Fb" is no name of this server (--strict-host); allowed, with port 80, 443, 8599 or none: "#
      + "127.0.0.1, localhost, api.qiniu.com, "
    #expect(refusal.diagnosis?.hasPrefix(expected) == true)
  }
}

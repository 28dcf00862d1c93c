import ByteText
import Testing

@testable import HTTPCore

struct AuthorityTests {
  @Test(arguments: [
    "x", "api.qiniu.com", "api.qiniu.com:80", "127.0.0.1:8599", "x:", "x:0", "x:65535", "x:000080", "[::1]", "[::1]:80",
    "[::1]:", "[1:2::ffff:127.0.0.1]", "a_b~c-d", "a%2Eb", "%2e", "*", "a;b=c!$&'()+",
  ])
  func valid(text: String) {
    #expect(withOctets(text) { Authority.isValid($0) })
  }

  @Test(arguments: [
    "", ":", ":80", "x:65536", "x:99999999999999999999", "x:80a", "x:-1", "x:+1", "x: 80", "x:80 ", "x:80:80", " x",
    "x ",
    "x y", "x,y", "x/", "x/y", "x?y", "x#y", "x\\y", "me@x", "me:pw@x", "http://x", "\"x\"", "<x>", "x\u{E4}", "x\0",
    "::1", "[", "]", "[]", "[::1", "::1]", "[::1]x", "[::1]]", "[x::1]", "[127.0.0.1]", "[[::1]]", "[fe80::1%25eth0]",
    "%", "x%", "x%4", "x%4g", "x%g4:80", "%%41",
  ])
  func invalid(text: String) {
    #expect(!withOctets(text) { Authority.isValid($0) })
  }

  @Test(arguments: [("x:80", true), ("[::1]:80", true), ("x", false), ("x:", false), ("[::1]", false), (":80", false)])
  func connectNeedsAPort(text: String, isValid: Bool) {
    #expect(withOctets(text) { Authority.isValid($0, portRequired: true) } == isValid)
  }
}

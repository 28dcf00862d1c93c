import PfopEngine
import Testing

struct NotifyURLTests {
  @Test(arguments: [
    "http://a", "https://a", "HTTP://a/", "HttpS://a.example:1/x?y#z", "http://a:65535",
    "http://127.0.0.1:9999/cb?a=1&b=2",
    "http://[::1]/", "http://[::1]:80/", "http://user:secret@host/", "http://a?x", "http://a#x", "http://中文.cn/回调",
    "http://a_b-c~d/", "http://localhost/%7E?u=http://b:c/",
  ])
  func wellFormed(_ url: String) {
    #expect(url.withBytes { NotifyURL.fault(in: $0) } == nil)
  }

  @Test(arguments: [
    "www.baidu.com", "a", "a:80/x", "a.example?u=http://b", "[::1]:80/", "http://a", "mailto.me", "u:p@a/",
  ])
  func theSchemeMayBeLeftOutWhereItSaysSo(_ url: String) {
    #expect(url.withBytes { NotifyURL.fault(in: $0, schemeRequired: false) } == nil)
  }

  @Test(arguments: [
    ("", NotifyURL.Fault.host), ("/cb", .host), ("?x", .host), ("//a/", .host), ("ftp://a/", .scheme),
    ("http://", .host),
    ("a:0", .port), ("a b", .controlOrSpace), ("http:/a", .port),
  ])
  func malformedWithoutAScheme(_ url: String, _ fault: NotifyURL.Fault) {
    #expect(url.withBytes { NotifyURL.fault(in: $0, schemeRequired: false) } == fault)
  }

  @Test(arguments: [
    ("", NotifyURL.Fault.scheme), ("a", .scheme), ("www.baidu.com", .scheme), ("//a/", .scheme), ("/cb", .scheme),
    ("ftp://a/", .scheme), ("http:", .scheme), ("http:/a", .scheme), ("http//a", .scheme), ("httpss://a", .scheme),
    ("http://", .host), ("http:///x", .host), ("http://:80/", .host), ("http://user@/", .host), ("http://?x", .host),
    ("http://<host>/", .host), ("http://{{host}}/", .host), ("http://[::1/", .host), ("http://[]/", .host),
    ("http://[::1]x/", .host), ("http://[host]/", .host), (#"http://a\b/"#, .host),
    ("http://a:", .port), ("http://a:/", .port), ("http://a:0/", .port), ("http://a:65536/", .port),
    ("http://a:99999999999999999999/", .port), ("http://a:8x/", .port), ("http://a:-1/", .port),
    ("http://a:b:1/", .port),
    ("http://a/b c", .controlOrSpace), (" http://a/", .controlOrSpace), ("http://a/\n", .controlOrSpace),
    ("http://a/\u{7F}", .controlOrSpace), ("http://a/\0", .controlOrSpace),
  ])
  func malformed(_ url: String, _ fault: NotifyURL.Fault) {
    #expect(url.withBytes { NotifyURL.fault(in: $0) } == fault)
  }
}

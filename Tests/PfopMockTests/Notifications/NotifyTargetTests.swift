import Testing

@testable import PfopMock

struct NotifyTargetTests {
  @Test(
    arguments: [
      ("http://a.example/done", false, "a.example", 80, "a.example", "/done"),
      ("http://a.example", false, "a.example", 80, "a.example", "/"),
      ("HTTP://A.Example:80?x=1#y", false, "a.example", 80, "A.Example", "/?x=1"),
      ("https://a.example:8443/p?q=http://b/", true, "a.example", 8443, "a.example:8443", "/p?q=http://b/"),
      ("https://a.example:443/", true, "a.example", 443, "a.example", "/"),
      ("http://a.example:443/", false, "a.example", 443, "a.example:443", "/"),
      ("http://[::1]:8080/x", false, "::1", 8080, "[::1]:8080", "/x"),
      ("http://[2001:DB8::1]", false, "2001:db8::1", 80, "[2001:DB8::1]", "/"),
      ("http://user:p@ss@a.example:81/x", false, "a.example", 81, "a.example:81", "/x"),
      ("www.baidu.com", false, "www.baidu.com", 80, "www.baidu.com", "/"),
      ("a.example:81/x?u=http://b/", false, "a.example", 81, "a.example:81", "/x?u=http://b/"),
      ("http://a/%E4%B8%AD?k=\u{4E2D} \u{1}", false, "a", 80, "a", "/%E4%B8%AD?k=%E4%B8%AD%20%01"),
    ] as [(String, Bool, String, UInt16, String, String)])
  func readsWhereToGo(
    _ url: String, _ usesTLS: Bool, _ host: String, _ port: UInt16, _ authority: String, _ target: String
  ) throws {
    let found = try #require(NotifyTarget(url))
    #expect(found.destination == .init(usesTLS: usesTLS, host: host, port: port))
    #expect(found.authority == authority)
    #expect(found.target == target)
  }

  @Test(arguments: [
    "", "/x", "ftp://a/", "http://", "http:///x", "http://a:0/", "http://a:x/", "http://a:70000/",
  ])
  func knowsWhatIsNone(_ url: String) { #expect(NotifyTarget(url) == nil) }
}

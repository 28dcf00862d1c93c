import Testing

@testable import PfopMock

struct PublicURLTests {
  @Test(
    arguments: [
      ("http://api.example", "http://api.example", "api.example", 80),
      ("https://api.example/", "https://api.example", "api.example", 443),
      ("http://127.0.0.1:8599", "http://127.0.0.1:8599", "127.0.0.1:8599", 8599),
      ("http://[::1]:80/", "http://[::1]:80", "[::1]:80", 80), ("HTTP://[::1]", "HTTP://[::1]", "[::1]", 80),
      ("http://10.0.0.1", "http://10.0.0.1", "10.0.0.1", 80),
    ] as [(String, String, String, UInt16)])
  func readsWhereClientsGo(_ given: String, _ text: String, _ authority: String, _ port: UInt16) throws {
    let url = try #require(PublicURL(given))
    #expect(url.text == text && url.authority == authority && url.port == port)
  }

  @Test(arguments: [
    "", "api.example", "ftp://a", "http://", "http:///", "http://a/b", "http://a?b", "http://u@a", "http://a:0",
    "http://a:65536", "http://a:", "http://a b",
  ])
  func knowsWhatIsNone(_ text: String) throws {
    #expect(PublicURL(text) == nil)
    var configuration = Configuration()
    configuration.publicURL = text
    let failure = #expect(throws: StartFailure.self) { try PfopMockServer.start(configuration) }
    #expect(failure?.description == "--public-url \(text): allowed: \(PublicURL.allowed)")
  }
}

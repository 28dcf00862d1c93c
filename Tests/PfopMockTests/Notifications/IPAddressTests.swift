import Testing

@testable import PfopMock

struct IPAddressTests {
  @Test(arguments: [
    ("127.0.0.1", true, false), ("127.255.1.2", true, false), ("::1", true, false), ("::ffff:127.0.0.1", true, false),
    ("128.0.0.1", false, false), ("10.0.0.1", false, false), ("::2", false, false), ("1::1", false, false),
    ("::ffff:10.0.0.1", false, false), ("0.0.0.0", false, true), ("::", false, true), ("0:0:0:0:0:0:0:0", false, true),
  ])
  func tellsWhatKindOfAddressItIs(text: String, isLoopback: Bool, isUnspecified: Bool) throws {
    let address = try #require(IPAddress(text))
    #expect((address.isLoopback, address.isUnspecified) == (isLoopback, isUnspecified))
  }

  @Test(arguments: [
    "", "localhost", "127.evil.com", "127.1", "0x7f.0.0.1", "2130706433", "127.0.0.1.", "[::1]", "::1%lo", "1.2.3.256",
  ])
  func isNothingElse(text: String) { #expect(IPAddress(text) == nil) }

  @Test func spellingDoesNotMatter() {
    #expect(IPAddress("2001:DB8::1") == IPAddress("2001:db8:0:0:0:0:0:1"))
    #expect(IPAddress("::ffff:10.0.0.1") == IPAddress("10.0.0.1"))
  }
}

import Testing

@testable import PfopMock

struct AddressGuardTests {
  private func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

  @Test(arguments: ["127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1"])
  func thisMachineIsAlwaysAllowed(_ text: String) throws {
    #expect(try AddressGuard([]).allows(address(text), for: "anything.example"))
  }

  @Test(arguments: [
    "128.0.0.1", "126.255.255.255", "0.0.0.0", "192.168.1.1", "10.0.0.1", "169.254.169.254", "::", "::2",
    "::ffff:192.168.1.1", "2001:db8::1", "fe80::1", "::7f00:1", "64:ff9b::7f00:1",
  ])
  func othersAreNot(_ text: String) throws {
    let address = try address(text)
    #expect(try !AddressGuard([]).allows(address, for: "localhost"))
    #expect(try AddressGuard(["*"]).allows(address, for: "x"))
    #expect(try !AddressGuard(["other.example", "203.0.113.0/24"]).allows(address, for: "x"))
  }

  @Test(arguments: [
    ("192.168.0.0/16", "192.168.255.1", true), ("192.168.0.0/16", "192.169.0.1", false),
    ("10.1.2.3", "10.1.2.3", true), ("10.1.2.3", "10.1.2.4", false), ("10.0.0.0/8", "::ffff:10.9.9.9", true),
    ("10.255.255.255/8", "10.1.1.1", true), ("172.16.0.0/12", "172.31.255.255", true),
    ("172.16.0.0/12", "172.32.0.0", false), ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "2001:db8::1", false),
    ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::1", false), ("::/0", "2001:db8::1", true),
    ("::/0", "8.8.8.8", false), ("::ffff:10.0.0.0/104", "10.1.1.1", true), ("::ffff:10.0.0.0/104", "11.1.1.1", false),
    ("[2001:db8::5]", "2001:db8::5", true),
  ])
  func networksAreAllowedByTheirAddresses(_ network: String, _ text: String, _ isAllowed: Bool) throws {
    #expect(try AddressGuard([network]).allows(address(text), for: "x") == isAllowed)
  }

  @Test(arguments: [
    ("hooks.example", true), ("HOOKS.Example", true), ("hooks.example.", true), ("evil-hooks.example", false),
    ("hooks.example.evil", false), ("sub.hooks.example", false),
  ])
  func namesAreAllowedWhereverTheyLead(_ host: String, _ isAllowed: Bool) throws {
    #expect(try AddressGuard(["Hooks.example"]).allows(address("10.0.0.1"), for: host) == isAllowed)
  }

  @Test(arguments: [
    "", " ", "a b", "http://x", "x:80", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0/8", "2001:db8::/129",
    "::ffff:10.0.0.0/8", "127.1", "2130706433", "0x7f000001", "a..b", "*.example", "10.0.0.0/8/8", "[::1",
  ])
  func whatIsNoneOfTheseIsRefused(_ text: String) {
    let failure = #expect(throws: StartFailure.self) { try AddressGuard(["fine.example", text]) }
    #expect(failure?.problems.count == 1)
    #expect(failure?.problems.first?.hasPrefix("--notify-allow \(text): allowed: a host name") == true)
  }
}

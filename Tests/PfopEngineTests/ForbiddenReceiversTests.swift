import Testing

@testable import PfopEngine

struct ForbiddenReceiversTests {
  private func reason(_ url: String, _ receivers: ForbiddenReceivers) -> String? {
    url.withBytes { receivers.index(of: $0) }.map { index in
      guard case .suppressed(let reason) = receivers[index].outcome else { return "\(receivers[index].outcome)" }
      return reason
    }
  }

  @Test(arguments: [
    ("http://a.example", true), ("http://a.example/", true), ("http://a.example?q", true), ("http://a.example#f", true),
    ("http://a.example/done/7?x=1", true), ("http://a.example:80/", false), ("http://a.example.org/", false),
    ("https://a.example/", false), ("http://a.exampl", false), ("http://b.example/", false), ("", false),
  ])
  func countsUpToTheEndOfTheAuthority(_ url: String, _ isMeant: Bool) {
    var receivers = ForbiddenReceivers()
    receivers.insert("ftp://x", "no")
    receivers.insert("http://a.example", "a stranger")
    #expect(reason(url, receivers) == (isMeant ? "a stranger" : nil))
  }

  @Test func theFirstOnesMakeRoom() {
    var receivers = ForbiddenReceivers()
    #expect(receivers.isEmpty)
    for number in 0..<100 { receivers.insert("http://h\(number)", "\(number)") }
    let known = (0..<100).filter { reason("http://h\($0)/", receivers) == "\($0)" }
    #expect(known == Array((100 - ForbiddenReceivers.limit)..<100))
    receivers.removeAll()
    #expect(receivers.isEmpty && reason("http://h99/", receivers) == nil)
  }
}

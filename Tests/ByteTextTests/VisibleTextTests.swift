import Testing

@testable import ByteText

struct VisibleTextTests {
  @Test(arguments: [
    ([], ""), (Array("plain \"text\" ~".utf8), "plain \"text\" ~"), ([0x5C], "\\\\"),
    ([0x0A, 0x0D, 0x09], "\\n\\r\\t"),
    ([0x00, 0x0F, 0x1F, 0x7F, 0x80, 0xFF], "\\x00\\x0F\\x1F\\x7F\\x80\\xFF"), (Array("\u{E4}".utf8), "\\xC3\\xA4"),
  ])
  func escapesWhatIsNotVisible(octets: [UInt8], text: String) {
    #expect(withOctets(octets) { $0.visibleText() } == text)
  }

  @Test func isOneLineOfASCIIWhateverTheOctets() {
    let text = withOctets(Array(UInt8.min...UInt8.max)) { $0.visibleText() }
    #expect(text.utf8.allSatisfy { (0x20...0x7E).contains($0) })
  }

  @Test func saysHowMuchWasCutOff() {
    withOctets("abcdef") { view in
      #expect(view.visibleText(limit: 6) == "abcdef")
      #expect(view.visibleText(limit: 5) == "abcde... (6 bytes)")
      #expect(view.visibleText(limit: 0) == "... (6 bytes)")
    }
  }
}

import Testing

@testable import QiniuAuth

struct QiniuDateTests {
  private func parse(_ text: String) -> Int64? {
    Array(text.utf8).withUnsafeBytes { QiniuDate.parse($0) }
  }

  @Test func readsWhatSDKsSend() {
    #expect(parse("19700101T000000Z") == 0)
    #expect(parse("20261123T045215Z") == 1_795_409_535)
  }

  @Test(arguments: [
    "", "20261123T045215", "20261123T045215z", "20261123 045215Z", "2026-11-23T04:52:15Z", "20261323T045215Z",
    "20261123T245215Z", "2026112xT045215Z", "+0261123T045215Z",
  ])
  func knowsWhatIsNone(_ text: String) { #expect(parse(text) == nil) }
}

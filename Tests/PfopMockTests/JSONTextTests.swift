import ByteText
import Foundation
import Testing

@testable import PfopMock

struct JSONTextTests {
  @Test(arguments: ["", "plain", "a\"b\\c", "\u{0}\u{1}\u{F}\u{10}\u{1F}\u{7F}", "\r\n\t", "中文 🎬", "\"", "\\\\\""])
  func isReadBackAsItWas(text: String) throws {
    var buffer = ByteBuffer()
    buffer.append(jsonString: text)
    let data = Data(Array(buffer.view))
    #expect(try JSONDecoder().decode(String.self, from: data) == text)
    #expect(data.allSatisfy { $0 >= 0x20 })
  }
}

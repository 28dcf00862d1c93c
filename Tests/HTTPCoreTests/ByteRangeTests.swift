import ByteText
import Testing

@testable import HTTPCore

struct ByteRangeTests {
  @Test func isAPartOfTheMessage() {
    let range = ByteRange(2, 5)
    #expect(range.count == 3 && !range.isEmpty)
    #expect(ByteRange(4, 4).isEmpty && ByteRange(4, 4).count == 0)
    withOctets("abcdefg") { message in
      #expect(range.view(in: message).equals("cde"))
      #expect(ByteRange(7, 7).view(in: message).isEmpty)
    }
  }
}

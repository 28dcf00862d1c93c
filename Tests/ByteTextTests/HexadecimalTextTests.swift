import Testing

@testable import ByteText

struct HexadecimalTextTests {
  @Test(arguments: [
    ("0", 0), ("a", 10), ("F", 15), ("fF", 255), ("0000000000000000000000001", 1),
    ("7fffffffffffffff", UInt64(Int64.max)), ("8000000000000000", 1 << 63), ("FFFFFFFFFFFFFFFF", .max),
  ])
  func digitsAreANumber(text: String, value: UInt64) {
    #expect(withOctets(text, HexadecimalText.parse) == value)
  }

  @Test(arguments: [
    "", "g", "G", "0x1", "-1", "+1", " 1", "1 ", "1_0", "/", ":", "@", "`", "10000000000000000", "fffffffffffffffff",
  ])
  func nothingElseIs(text: String) {
    #expect(withOctets(text, HexadecimalText.parse) == nil)
  }

  @Test func encodesTwoDigitsAnOctet() {
    #expect(withOctets([], HexadecimalText.encode) == [])
    #expect(withOctets([0x00, 0x09, 0x0A, 0x9F, 0xA0, 0xFF], HexadecimalText.encode) == Array("00090a9fa0ff".utf8))
  }

  @Test func everyOctetComesBack() {
    for byte in UInt8.min...UInt8.max {
      let text = withOctets([byte], HexadecimalText.encode)
      #expect(withOctets(text, HexadecimalText.parse) == UInt64(byte))
    }
  }
}

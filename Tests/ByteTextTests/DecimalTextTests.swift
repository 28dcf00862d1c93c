import Testing

@testable import ByteText

struct DecimalTextTests {
  @Test(arguments: [
    ("0", 0), ("7", 7), ("007", 7), ("10", 10), ("0000000000000000000000000000001", 1),
    ("9223372036854775807", UInt64(Int64.max)), ("18446744073709551609", .max - 6), ("18446744073709551615", .max),
  ])
  func digitsAreANumber(text: String, value: UInt64) {
    #expect(withOctets(text, DecimalText.parse) == value)
  }

  @Test(arguments: [
    "", " ", "+1", "-1", " 1", "1 ", "1_0", "0x1", "1.0", "1,0", "1e3", "a", "1\0", "\u{FF11}", "\u{0661}", "/", ":",
  ])
  func nothingElseIs(text: String) {
    #expect(withOctets(text, DecimalText.parse) == nil)
  }

  @Test(arguments: [
    "18446744073709551616", "18446744073709551620", "18446744073709551625", "99999999999999999999",
    "184467440737095516150", "340282366920938463463374607431768211456",
  ])
  func whatDoesNotFitIsNone(text: String) {
    #expect(withOctets(text, DecimalText.parse) == nil)
  }
}

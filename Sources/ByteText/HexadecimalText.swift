/// Whole numbers and octets as hexadecimal digits.
package enum HexadecimalText {
  /// The number that `text` spells: one or more hexadecimal digits in either case, no prefix. Nil when it
  /// is anything else or does not fit.
  package static func parse(_ text: ByteView) -> UInt64? {
    guard !text.isEmpty else { return nil }
    var value: UInt64 = 0
    for byte in text {
      guard let digit = ASCII.hexValue(byte), value >> 60 == 0 else { return nil }
      value = value << 4 | UInt64(digit)
    }
    return value
  }

  /// Two lower-case digits an octet.
  package static func encode(_ bytes: ByteView) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    for byte in bytes {
      text.append(digit(byte >> 4))
      text.append(digit(byte & 15))
    }
    return text
  }

  private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x61 + value - 10 }
}

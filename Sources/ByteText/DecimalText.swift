/// Whole numbers as ASCII digits.
package enum DecimalText {
  /// The number that `text` spells: one or more digits and nothing else, no sign, no space. Nil when it
  /// is anything else or does not fit.
  package static func parse(_ text: ByteView) -> UInt64? {
    guard !text.isEmpty else { return nil }
    var value: UInt64 = 0
    for byte in text {
      guard ASCII.isDigit(byte) else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(byte &- 0x30))
      guard !overflow, !carry else { return nil }
      value = sum
    }
    return value
  }
}

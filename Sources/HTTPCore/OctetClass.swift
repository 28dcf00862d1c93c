import ByteText

/// Which octets may stand where in a head.
enum OctetClass {
  /// A `tchar` (RFC 9110, section 5.6.2): one bit an octet, below 64 and from 64 to 127.
  static func isToken(_ byte: UInt8) -> Bool {
    let low: UInt64 = 0x03FF_6CFA_0000_0000
    let high: UInt64 = 0x57FF_FFFF_C7FF_FFFE
    guard byte < 128 else { return false }
    return (byte < 64 ? low : high) >> UInt64(byte & 63) & 1 == 1
  }

  static func isToken(_ bytes: ByteView) -> Bool {
    !bytes.isEmpty && bytes.allSatisfy(isToken)
  }

  /// The offset of the first octet that a field value may not hold: every control octet but the tab
  /// (RFC 9110, section 5.5).
  static func firstForbiddenInValue(_ bytes: ByteView) -> Int? {
    var index = 0
    while index < bytes.count {
      // Eight octets at a time: this pass reads every octet of every head. Bit 7 of an octet is set in `suspects` if it
      // is below 0x20 or is 0x7F; a borrow from a suspect can set its neighbour's too, so suspects are looked at.
      if index + 8 <= bytes.count {
        let block = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        let deletes = block ^ 0x7F7F_7F7F_7F7F_7F7F
        let suspects = (block &- 0x2020_2020_2020_2020) & ~block | (deletes &- 0x0101_0101_0101_0101) & ~deletes
        if suspects & 0x8080_8080_8080_8080 == 0 {
          index += 8
          continue
        }
      }
      let byte = bytes[index]
      if byte < 0x20 && byte != ASCII.tab || byte == 0x7F { return index }
      index += 1
    }
    return nil
  }

  /// The offset of the first octet that a request target may not hold: what is not visible ASCII, and `#`, which
  /// begins a fragment and is never sent (RFC 9112, section 3.2).
  static func firstForbiddenInTarget(_ bytes: ByteView) -> Int? {
    bytes.firstIndex { $0 <= 0x20 || $0 >= 0x7F || $0 == 0x23 }
  }
}

/// Percent-escapes and `+` as `application/x-www-form-urlencoded` uses them.
package enum PercentEncoding {
  /// Writes the decoded octets of `text` to the start of `output`, which holds at least `text.count` octets, and
  /// returns how many those are. `+` becomes a space.
  /// - Throws: `BadEscape` at the first `%` without two hexadecimal digits behind it.
  package static func decodeForm(
    _ text: ByteView, into output: UnsafeMutableRawBufferPointer
  ) throws(BadEscape) -> Int {
    try decode(text, into: output, plus: ASCII.space)
  }

  /// The octets of a part of a path, where `+` means itself (RFC 3986, section 2.1).
  /// - Throws: `BadEscape` as above.
  package static func decodePathPart(_ text: ByteView) throws(BadEscape) -> [UInt8] {
    var decoded = ByteBuffer(capacity: text.count)
    try decoded.append(upTo: text.count) { output throws(BadEscape) in try decode(text, into: output, plus: 0x2B) }
    return Array(decoded.view)
  }

  private static func decode(
    _ text: ByteView, into output: UnsafeMutableRawBufferPointer, plus: UInt8
  ) throws(BadEscape) -> Int {
    guard let source = text.baseAddress, var target = output.baseAddress else { return 0 }
    let start = target
    var index = 0
    while index < text.count {
      var byte = source.load(fromByteOffset: index, as: UInt8.self)
      if byte == 0x25 {
        guard index + 2 < text.count, let high = ASCII.hexValue(text[index + 1]),
          let low = ASCII.hexValue(text[index + 2])
        else { throw BadEscape(offset: index) }
        byte = high << 4 | low
        index += 2
      } else if byte == 0x2B {
        byte = plus
      }
      target.storeBytes(of: byte, as: UInt8.self)
      target += 1
      index += 1
    }
    return target - start
  }

  /// The text with every octet but letters, digits, `-`, `.`, `_` and `~` escaped; a space becomes `+`.
  package static func encodeForm(_ text: some Sequence<UInt8>) -> [UInt8] {
    var encoded: [UInt8] = []
    for byte in text {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: encoded.append(byte)
      case ASCII.space: encoded.append(0x2B)
      default:
        encoded.append(0x25)
        encoded.append(upperDigit(byte >> 4))
        encoded.append(upperDigit(byte & 15))
      }
    }
    return encoded
  }

  private static func upperDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x41 + value - 10 }
}

/// A `%` that two hexadecimal digits do not follow.
package struct BadEscape: Error, Equatable {
  /// Where the `%` stands, counted from the start of the text.
  package var offset: Int
}

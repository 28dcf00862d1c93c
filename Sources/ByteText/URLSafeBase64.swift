/// Base64 (RFC 4648), in the URL-safe alphabet that Qiniu uses (section 5) and in the standard one (section 4).
package enum URLSafeBase64 {
  package enum Alphabet: Sendable {
    /// `-` and `_` for 62 and 63.
    case urlSafe
    /// `+` and `/` for 62 and 63.
    case standard
  }

  /// The length of the text for `count` octets, padding included.
  package static func encodedCount(_ count: Int) -> Int { (count + 2) / 3 * 4 }

  /// Writes the text of `bytes`, padding included, to the start of `text`; `text` holds at least
  /// `encodedCount(bytes.count)` octets.
  package static func encode(
    _ bytes: ByteView, alphabet: Alphabet = .urlSafe, into text: UnsafeMutableRawBufferPointer
  ) {
    var output = 0
    var index = 0
    func put(_ sextet: UInt32) {
      text[output] = letter(UInt8(truncatingIfNeeded: sextet & 63), alphabet)
      output += 1
    }
    while index + 3 <= bytes.count {
      let group = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
      put(group >> 18)
      put(group >> 12)
      put(group >> 6)
      put(group)
      index += 3
    }
    let rest = bytes.count - index
    guard rest > 0 else { return }
    let group = UInt32(bytes[index]) << 16 | (rest == 2 ? UInt32(bytes[index + 1]) << 8 : 0)
    put(group >> 18)
    put(group >> 12)
    if rest == 2 { put(group >> 6) }
    for _ in rest..<3 {
      text[output] = padding
      output += 1
    }
  }

  /// The text of `bytes`, padding included.
  package static func encode(_ bytes: ByteView, alphabet: Alphabet = .urlSafe) -> [UInt8] {
    let count = encodedCount(bytes.count)
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      encode(bytes, alphabet: alphabet, into: UnsafeMutableRawBufferPointer(buffer))
      initialized = count
    }
  }

  /// The octets that `text` spells in the URL-safe alphabet. Padding may be whole or left out. Nil for a foreign
  /// octet, an impossible length, wrong padding, or unused bits that are not zero (RFC 4648, section 3.5).
  package static func decode(_ text: ByteView) -> [UInt8]? {
    var length = text.count
    while length > 0, text.count - length < 2, text[length - 1] == padding { length -= 1 }
    if length != text.count, text.count % 4 != 0 { return nil }
    guard length % 4 != 1 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(length * 3 / 4)
    var group: UInt32 = 0
    var bits: UInt32 = 0
    for index in 0..<length {
      guard let sextet = value(text[index]) else { return nil }
      group = (group << 6 | UInt32(sextet)) & 0xFFFF
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: group >> bits))
      }
    }
    return group & (1 << bits - 1) == 0 ? bytes : nil
  }

  private static let padding: UInt8 = 0x3D

  private static func letter(_ sextet: UInt8, _ alphabet: Alphabet) -> UInt8 {
    switch sextet {
    case 0..<26: sextet + 0x41
    case 26..<52: sextet - 26 + 0x61
    case 52..<62: sextet - 52 + 0x30
    case 62: alphabet == .urlSafe ? 0x2D : 0x2B
    default: alphabet == .urlSafe ? 0x5F : 0x2F
    }
  }

  private static func value(_ letter: UInt8) -> UInt8? {
    switch letter {
    case 0x41...0x5A: letter - 0x41
    case 0x61...0x7A: letter - 0x61 + 26
    case 0x30...0x39: letter - 0x30 + 52
    case 0x2D: 62
    case 0x5F: 63
    default: nil
    }
  }
}

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
    guard let source = bytes.baseAddress, let target = text.baseAddress else { return }
    precondition(text.count >= encodedCount(bytes.count))
    let letters = letters(of: alphabet).utf8Start
    var output = target.assumingMemoryBound(to: UInt8.self)
    func put(_ group: UInt32, _ count: Int) {
      for place in 0..<count { output[place] = letters[Int(group >> (18 - 6 * UInt32(place)) & 63)] }
      for place in count..<4 { output[place] = padding }
      output += 4
    }
    func octet(_ index: Int) -> UInt32 { UInt32(source.load(fromByteOffset: index, as: UInt8.self)) }
    var index = 0
    while index + 3 <= bytes.count {
      put(octet(index) << 16 | octet(index + 1) << 8 | octet(index + 2), 4)
      index += 3
    }
    switch bytes.count - index {
    case 1: put(octet(index) << 16, 2)
    case 2: put(octet(index) << 16 | octet(index + 1) << 8, 3)
    default: break
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

  private static func letters(of alphabet: Alphabet) -> StaticString {
    switch alphabet {
    case .urlSafe: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    case .standard: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
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

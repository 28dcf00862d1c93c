import Testing

@testable import ByteText

struct URLSafeBase64Tests {
  private func encode(_ octets: [UInt8], _ alphabet: URLSafeBase64.Alphabet) -> String {
    String(decoding: withOctets(octets) { URLSafeBase64.encode($0, alphabet: alphabet) }, as: UTF8.self)
  }

  private func decode(_ text: String) -> [UInt8]? { withOctets(text, URLSafeBase64.decode) }

  /// RFC 4648, section 10.
  static let vectors = [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"),
  ]

  @Test(arguments: vectors)
  func vectorsOfTheRFC(plain: String, text: String) {
    #expect(encode(Array(plain.utf8), .urlSafe) == text)
    #expect(encode(Array(plain.utf8), .standard) == text)
    #expect(decode(text) == Array(plain.utf8))
    #expect(decode(text.replacing("=", with: "")) == Array(plain.utf8))
    #expect(URLSafeBase64.encodedCount(plain.utf8.count) == text.utf8.count)
  }

  @Test func theAlphabetsDifferInTheirLastTwoLetters() {
    let octets = (UInt8(0)..<64).reduce(into: [UInt32]()) { $0.append(UInt32($1)) }
    let bytes = stride(from: 0, to: 64, by: 4).flatMap { start -> [UInt8] in
      let group = octets[start..<(start + 4)].reduce(0) { $0 << 6 | $1 }
      return [UInt8(group >> 16), UInt8(group >> 8 & 255), UInt8(group & 255)]
    }
    let common = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    #expect(encode(bytes, .urlSafe) == common + "-_")
    #expect(encode(bytes, .standard) == common + "+/")
    #expect(decode(common + "-_") == bytes)
  }

  @Test(arguments: ["Zg=", "Zg===", "Zg====", "=", "==", "===", "====", "Zm9v=", "Zm9v==", "Zm9v====", "Z===", "Zm8=="])
  func wrongPaddingIsRefused(text: String) {
    #expect(decode(text) == nil)
  }

  @Test(arguments: ["Z", "Zm9vY", "Zm9vYmFyZ"])
  func impossibleLengthsAreRefused(text: String) {
    #expect(decode(text) == nil)
  }

  @Test(arguments: ["Zh==", "Zk==", "Zv==", "Zm9=", "Zm-=", "Zh", "Zm9vYh", "Zm_", "_x", "__9"])
  func unusedBitsMustBeZero(text: String) {
    #expect(decode(text) == nil)
  }

  @Test func everyForeignOctetIsRefusedEverywhere() {
    let letters = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    for octet in UInt8.min...UInt8.max where !letters.contains(octet) {
      for position in 0..<4 {
        var text = Array("Zm9v".utf8)
        text[position] = octet
        // Only `=` at the end would be read as padding, and then the bits before it are not zero.
        #expect(withOctets(text, URLSafeBase64.decode) == nil, "octet \(octet) at \(position)")
      }
    }
  }

  @Test func everyLengthComesBack() {
    for count in 0..<70 {
      let octets = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ count) }
      #expect(decode(encode(octets, .urlSafe)) == octets)
    }
  }

  @Test func encodingIntoMemoryTouchesNothingBehindIt() {
    var text = [UInt8](repeating: 0xEE, count: 6)
    withOctets([0xFF]) { octets in text.withUnsafeMutableBytes { URLSafeBase64.encode(octets, into: $0) } }
    #expect(text == Array("_w==".utf8) + [0xEE, 0xEE])
  }
}

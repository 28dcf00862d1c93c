import ByteText
import Testing

@testable import QiniuAuth

struct SecretSetTests {
  private func counts(_ text: String, _ secrets: [String]) -> [Int] {
    var set = SecretSet()
    for secret in secrets { set.insert(secret) }
    return Array(text.utf8).withUnsafeBytes { text in
      text.indices.map { set.count(in: text, at: $0) }
    }
  }

  @Test func findsTheLongestThatBeginsAtAPlace() {
    let secrets = ["abcdefgh", "abcdefghij", "abcdefghi?", "short", "", "zabcdefgh"]
    #expect(counts("abcdefgh", secrets) == [8] + Array(repeating: 0, count: 7))
    #expect(counts("abcdefghij", secrets)[0] == 10)
    #expect(counts("abcdefghi", secrets)[0] == 8)
    #expect(counts("xzabcdefghij", secrets).prefix(4) == [0, 9, 10, 0])
    #expect(counts("a short one", secrets).allSatisfy { $0 == 0 })
    #expect(counts("", secrets) == [])
  }

  @Test func knowsWholeOnesOfAnyLength() {
    var set = SecretSet()
    #expect(set.isEmpty)
    for secret in ["short", "", "short", "a longer one"] { set.insert(secret) }
    for (text, isSecret) in [("short", true), ("a longer one", true), ("", false), ("shor", false)] {
      #expect(Array(text.utf8).withUnsafeBytes { set.contains($0) } == isSecret, "\(text)")
    }
    #expect(!set.isEmpty)
  }

  /// Thousands that begin alike are looked up like one.
  @Test func thousandsThatBeginAlikeAreFound() {
    var set = SecretSet()
    for number in 0..<5000 { set.insert("secret-of-account-\(number)") }
    let text = Array("xx secret-of-account-4321 yy".utf8)
    text.withUnsafeBytes { text in
      #expect(text.indices.map { set.count(in: text, at: $0) }.max() == 22)
      #expect(set.count(in: text, at: 3) == 22)
    }
  }
}

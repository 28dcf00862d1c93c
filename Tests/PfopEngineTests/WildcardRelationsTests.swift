import Testing

@testable import PfopEngine

struct WildcardRelationsTests {
  @Test(arguments: [
    ("a", "a", true, true), ("a", "b", false, false), ("*", "a", true, true), ("a", "*", false, true),
    ("*", "*", true, true), ("raw/*", "raw/*.mov", true, true), ("raw/*.mov", "raw/*", false, true),
    ("*.mov", "raw/*", false, true), ("a*", "b*", false, false), ("*a", "*b", false, false),
    ("a*b", "ab*", false, true), ("a*b*c", "a*c", false, true), ("a*c", "a*b*c", true, true),
    ("*ab*", "*a*b*", false, true), ("*a*b*", "*ab*", true, true), (#"\*"#, "*", false, true),
    (#"a\**"#, #"a\*b"#, true, true), ("ab*ba", "aba", false, false), ("ab*", "a*", false, true),
    ("*", "", true, true), ("", "*", false, true), ("a*", "", false, false), ("*中*", "a中*", true, true),
  ])
  func coversAndOverlaps(_ first: String, _ second: String, _ covers: Bool, _ overlaps: Bool) throws {
    let (one, other) = try (#require(Wildcard(first)), #require(Wildcard(second)))
    #expect(one.covers(other) == covers)
    #expect(one.overlaps(other) == overlaps)
    #expect(other.overlaps(one) == overlaps)
  }

  /// Against all short texts of two letters.
  @Test func theyAreWhatTheMatchesSay() throws {
    func texts(_ letters: [String], upTo count: Int) -> [String] {
      count == 0 ? [""] : [""] + letters.flatMap { letter in texts(letters, upTo: count - 1).map { letter + $0 } }
    }
    let patterns = try texts(["a", "b", "*"], upTo: 3).map { try #require(Wildcard($0)) }
    // The third letter stands for all that no pattern names.
    let all = Set(texts(["a", "b", "c"], upTo: 6)).map { Array($0.utf8) }
    let matches = patterns.map { pattern in
      Set(all.indices.filter { index in all[index].withUnsafeBytes { pattern.matches($0) } })
    }
    for (one, ones) in zip(patterns, matches) {
      for (other, others) in zip(patterns, matches) {
        #expect(one.covers(other) == others.isSubset(of: ones), "\(one.pattern) \(other.pattern)")
        #expect(one.overlaps(other) == !others.isDisjoint(with: ones), "\(one.pattern) \(other.pattern)")
      }
    }
  }
}

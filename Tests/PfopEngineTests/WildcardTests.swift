import PfopEngine
import Testing

struct WildcardTests {
  @Test(arguments: [
    ("a", ["a"], ["", "b", "aa", "A"]),
    ("*", ["", "a", "中文", "a*b"], []),
    ("**", ["", "a"], []),
    ("raw/*", ["raw/", "raw/a", "raw/a/b"], ["raw", "araw/", "Raw/a"]),
    ("*.mov", [".mov", "a.mov", ".mov.mov"], ["mov", "a.movx"]),
    ("raw/*.mov", ["raw/.mov", "raw/a.mov"], ["raw/mov", "raw.mov"]),
    ("ab*ba", ["abba", "abxba"], ["aba", "ab", "ba"]),
    ("a*b*c", ["abc", "axbxc", "abbcc", "abcbc"], ["ac", "acb", "bac"]),
    ("*a*", ["a", "xax"], ["", "x"]),
    ("*ab*ab*", ["abab", "xabyabz"], ["ab", "aab", "aba"]),
    ("*a*a", ["aa", "aba"], ["a", "aab"]),
    (#"\*"#, ["*"], ["a", "", #"\*"#]),
    (#"\\"#, [#"\"#], [#"\\"#]),
    (#"a\**"#, ["a*", "a*b"], ["ab"]),
    (#"\\*"#, [#"\"#, #"\x"#], ["*"]),
    ("*文.mp4", ["中文.mp4"], ["中.mp4"]),
    ("", [""], ["a"]),
  ])
  func matches(_ pattern: String, _ matching: [String], _ others: [String]) throws {
    let wildcard = try #require(Wildcard(pattern))
    for text in matching { #expect(text.withBytes { wildcard.matches($0) }, "\(pattern) should match \(text)") }
    for text in others { #expect(!text.withBytes { wildcard.matches($0) }, "\(pattern) should not match \(text)") }
  }

  @Test(arguments: [#"\"#, #"a\"#, #"\n"#, #"*\x"#])
  func refusesOtherEscapes(_ pattern: String) {
    #expect(Wildcard(pattern) == nil)
  }

  @Test func tellsExactNames() {
    #expect(Wildcard("a.b")?.exactName == Array("a.b".utf8))
    #expect(Wildcard(#"\*\\"#)?.exactName == Array(#"*\"#.utf8))
    #expect(Wildcard("a*")?.exactName == nil)
  }

  /// Going back on each star would take more steps than there are atoms; this returns at once or never.
  @Test func neverGoesBackOnAStar() throws {
    let text = [UInt8](repeating: 0x61, count: 100_000)
    let pattern = String(repeating: "*a", count: 5000)
    #expect(text.withBytes { Wildcard(pattern + "*b")?.matches($0) } == false)
    #expect(text.withBytes { Wildcard(pattern + "*b*")?.matches($0) } == false)
    #expect(text.withBytes { Wildcard(pattern + "*a")?.matches($0) } == true)
  }
}

import Testing

@testable import PfopMock

struct ShellWordsTests {
  @Test(
    arguments: [
      ("curl  -d a", ["curl", "-d", "a"]), (#"'a b'"c"'d'e"#, ["a bcde"]), (#""a\"b\\\$\x""#, [#"a"b\$\x"#]),
      (#"a\ b"#, ["a b"]), ("a \\\n  b\n", ["a", "b"]), ("'' \"\"", ["", ""]), (#"'it'\''s'"#, ["it's"]),
      (#"'$x `y` | &'"#, ["$x `y` | &"]), ("", []),
    ] as [(String, [String])])
  func wordsAreThoseOfTheShell(line: String, words: [String]) throws {
    #expect(try ShellWords.split(line) == words)
  }

  @Test(arguments: ["'a", "\"a", "a \\", "$HOME", "\"$HOME\"", "`x`", "a | b", "a > b", "a && b", "\"a\\"])
  func whatNeedsAShellIsRefused(line: String) {
    #expect(throws: ShellWords.Mistake.self) { try ShellWords.split(line) }
  }
}

import ByteText
import Foundation
import Testing

struct JSONTextTests {
  private static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x1F, 0x7F...0x9F, 0xAD, 0x61C, 0x180E, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
      0xFFF9...0xFFFB, 0xE0000...0xE007F:
      true
    default: false
    }
  }

  @Test(arguments: ["", "plain", "a\"b\\c", "\u{0}\u{1}\u{F}\u{10}\u{1F}\u{7F}", "\r\n\t", "中文 🎬", "\"", "\\\\\""])
  func isReadBackAsItWas(text: String) throws {
    let data = Data(text.jsonString.utf8)
    #expect(try JSONDecoder().decode(String.self, from: data) == text)
    #expect(data.allSatisfy { 0x20..<0x7F ~= $0 || $0 >= 0x80 })
  }

  /// Every character there is, in two strings: those that are seen stay, the others are escaped and read back.
  @Test func whatIsNotSeenIsEscapedAndNothingElse() throws {
    var (seen, unseen) = ("", "")
    for scalar in (0...UInt32(0x10FFFF)).lazy.compactMap(Unicode.Scalar.init) {
      if Self.isUnseen(scalar) { unseen.unicodeScalars.append(scalar) } else { seen.unicodeScalars.append(scalar) }
    }
    let quoted = seen.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    #expect(seen.jsonString == "\"\(quoted)\"")
    #expect(seen.visibleLine == seen)
    for text in [unseen.jsonString, unseen.visibleLine] { #expect(text.utf8.allSatisfy { 0x20..<0x7F ~= $0 }) }
    let read = try JSONDecoder().decode(String.self, from: Data(unseen.jsonString.utf8))
    #expect(Array(read.unicodeScalars) == Array(unseen.unicodeScalars))
  }

  @Test(arguments: [
    ("\u{7F}", #"\u007f"#), ("a\u{9B}2J", #"a\u009b2J"#), ("x\u{202E}fdp", #"x\u202efdp"#), ("\u{2028}", #"\u2028"#),
    ("\u{E0041}", #"\udb40\udc41"#), ("\n\u{0}", #"\n\u0000"#), ("\"\\", #""\"#), ("é中🎬", "é中🎬"),
  ])
  func aLineForPeopleHasNothingThatMovesIt(text: String, line: String) { #expect(text.visibleLine == line) }

  @Test func aQuotationIsBounded() {
    #expect("中\"".quoted() == #""中\"""#)
    #expect(String(repeating: "é", count: 80).quoted() == "\"" + String(repeating: "é", count: 80) + "\"")
    #expect(String(repeating: "é", count: 81).quoted() == "\"" + String(repeating: "é", count: 80) + "\"...")
    #expect("abc".quoted(limit: 2) == "\"ab\"...")
  }
}

import ByteText
import Testing

@testable import HTTPCore

struct LineScannerTests {
  private func next(
    _ text: String, from position: inout Int, searched: Int = 0, limit: Int = 100
  ) throws(ParseError) -> ByteRange? {
    let limit = LineLimit(octets: limit, reason: .requestLineTooLong)
    return try withOctets(text) { message throws(ParseError) in
      try LineScanner.next(in: message, from: &position, searched: searched, limit: limit)
    }
  }

  @Test func cutsLines() throws {
    let text = "ab\r\n\r\ncd"
    var position = 0
    #expect(try next(text, from: &position) == ByteRange(0, 2))
    #expect(position == 4)
    #expect(try next(text, from: &position) == ByteRange(4, 4))
    #expect(position == 6)
    #expect(try next(text, from: &position) == nil)
    #expect(position == 6)
  }

  @Test(arguments: [("\n", 0, 0), ("ab\n", 0, 2), ("\r\n\n", 2, 2), ("a\r\r\n\n", 4, 4)])
  func aBareLineFeedIsRefused(text: String, start: Int, offset: Int) {
    var position = start
    let error = reason { () throws(ParseError) in _ = try next(text, from: &position) }
    #expect(error == ParseError(.bareLineFeed, at: offset))
  }

  @Test func theLimitCountsTheLineEnd() throws {
    var position = 0
    #expect(try next("ab\r\n", from: &position, limit: 4) == ByteRange(0, 2))
    for text in ["abc\r\n", "abcd\n", "abcde"] {
      var position = 0
      let error = reason { () throws(ParseError) in _ = try next(text, from: &position, limit: 4) }
      #expect(error == ParseError(.requestLineTooLong, at: 0), "\(text)")
    }
    position = 0
    #expect(try next("abcd", from: &position, limit: 4) == nil)
  }

  @Test func whatWasSearchedIsNotSearchedAgain() throws {
    // The LF at 2 would be found if the search began before it.
    var position = 0
    #expect(try next("ab\ncd\r\n", from: &position, searched: 3) == ByteRange(0, 5))
  }
}

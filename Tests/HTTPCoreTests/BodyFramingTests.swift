import ByteText
import Testing

@testable import HTTPCore

struct BodyFramingTests {
  private func framing(
    _ fields: String, version: String = "HTTP/1.1", limit: Int = 100, strict: Bool = false
  ) throws(ParseError) -> BodyFraming {
    var limits = ParserLimits()
    limits.content = limit
    var parser = RequestParser(limits: limits, strictFraming: strict)
    try withOctets("POST / \(version)\r\nHost: x\r\n\(fields)\r\n") { message throws(ParseError) in
      _ = try parser.parse(message)
    }
    return parser.head.framing
  }

  @Test(arguments: [
    ("", BodyFraming.none), ("Content-Length: 0\r\n", .contentLength(0)),
    ("Content-Length: 100\r\n", .contentLength(100)),
    ("Content-Length: 7\r\nContent-Length: 7,7\r\n", .contentLength(7)), ("Transfer-Encoding: chunked\r\n", .chunked),
    ("Transfer-Encoding: CHUNKED\r\nContent-Length: 0\r\n", .chunkedDespiteZeroLength),
  ])
  func kinds(fields: String, expected: BodyFraming) throws {
    #expect(try framing(fields) == expected)
  }

  @Test(arguments: [
    ("Content-Length: 101\r\n", ParseError.Reason.contentTooLarge), ("Content-Length: -1\r\n", .contentLengthMalformed),
    ("Content-Length: 18446744073709551616\r\n", .contentLengthOverflow),
    ("Content-Length: 1\r\nContent-Length: 2\r\n", .contentLengthsDiffer),
    ("Transfer-Encoding: br, chunked\r\n", .transferEncodingUnsupported),
    ("Transfer-Encoding: br\r\n", .transferEncodingMalformed),
    ("Transfer-Encoding: chunked, chunked\r\n", .transferEncodingMalformed),
    ("Transfer-Encoding: chunked\r\nContent-Length: 101\r\n", .transferEncodingWithContentLength),
    ("Transfer-Encoding: br\r\nContent-Length: 0\r\n", .transferEncodingWithContentLength),
    ("Transfer-Encoding: chunked\r\nContent-Length: 00\r\n", .transferEncodingWithContentLength),
  ])
  func faults(fields: String, expected: ParseError.Reason) {
    #expect(reason { () throws(ParseError) in _ = try framing(fields) }?.reason == expected)
  }

  @Test func theLimitItselfIsAllowed() throws {
    #expect(try framing("Content-Length: 0\r\n", limit: 0) == .contentLength(0))
    let error = reason { () throws(ParseError) in _ = try framing("Content-Length: 1\r\n", limit: 0) }
    #expect(error?.reason == .contentTooLarge)
  }

  @Test func strictFramingHasNoException() {
    let fields = "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n"
    let error = reason { () throws(ParseError) in _ = try framing(fields, strict: true) }
    #expect(error?.reason == .transferEncodingWithContentLength)
  }

  @Test func http10KnowsNoTransferEncoding() {
    for fields in ["Transfer-Encoding: chunked\r\n", "Transfer-Encoding: br\r\nContent-Length: 0\r\n"] {
      let error = reason { () throws(ParseError) in _ = try framing(fields, version: "HTTP/1.0") }
      #expect(error?.reason == .transferEncodingInHTTP10)
    }
  }
}

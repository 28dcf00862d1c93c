import ByteText
import TestSupport
import Testing

@testable import HTTPCore

struct ResponseParserTests {
  static let corpus = Result { try ResponseCorpus.load() }

  @Test func theCorpusIsWholeAndNamesEveryReason() throws {
    let cases = try Self.corpus.get().cases
    #expect(cases.count >= 130)
    #expect(Set(cases.map(\.description)).count == cases.count)
    #expect(Set(cases.map(\.rule)) == Set(1...16))
    let reasons = cases.compactMap { if case .refused(let reason, _) = $0.ending { reason } else { nil } }
    let own: [ResponseError.Reason] = [
      .statusLineMalformed, .versionUnsupported, .statusCodeOutOfRange, .switchesProtocols, .tooManyInterimAnswers,
      .transferEncodingUnsupported, .contentTooLarge, .endedInHead, .endedInContent(received: 3, of: 5),
      .endedInContent(received: 3, of: nil),
    ]
    let shared: [ParseError.Reason] = [
      .headerBlockTooLarge, .tooManyFields, .bareLineFeed, .bareCarriageReturn, .controlOctet, .fieldLineIndented,
      .colonMissing, .fieldNameEmpty, .fieldNameMalformed, .spaceBeforeColon, .contentLengthMalformed,
      .contentLengthOverflow, .contentLengthsDiffer, .chunkSizeMalformed, .chunkSizeLineTooLong,
      .chunkExtensionMalformed, .chunkDataUnterminated, .trailersTooLarge,
    ]
    #expect(Set(own.map(\.name) + shared.map { "\($0)" }).subtracting(reasons) == [])
  }

  @Test(arguments: try ResponseParserTests.corpus.get().cases)
  func theOutcomeIsTheSameHoweverTheOctetsCome(example: ResponseCase) throws {
    let limits = ResponseLimits(try Self.corpus.get().limits)
    let count = example.octets.count
    func replay(_ way: String, pieces: [Range<Int>]) {
      for releases in [false, true] {
        var connection = ResponseReplay(limits, releases: releases)
        for piece in pieces { connection.receive(example.octets[piece]) }
        if example.isClosed { connection.close() }
        let outcome = connection.outcome(of: example)
        if outcome.agrees(with: example) { continue }
        let comment = Comment(rawValue: way + (releases ? ", with octets released" : ""))
        #expect(outcome.status == example.status, comment)
        #expect(outcome.content == example.content, comment)
        #expect(outcome.ending == example.ending, comment)
      }
    }
    replay("whole", pieces: [0..<count])
    replay("one by one", pieces: (0..<count).map { $0..<($0 + 1) })
    for cut in 1..<count { replay("cut at \(cut)", pieces: [0..<cut, cut..<count]) }
  }

  private func read(
    _ text: String, limits: ResponseLimits = ResponseLimits(), pieces size: Int, releases: Bool = true
  ) -> ResponseReplay {
    var connection = ResponseReplay(limits, releases: releases)
    let octets = Array(text.utf8)
    for start in stride(from: 0, to: octets.count, by: size) {
      connection.receive(octets[start..<min(start + size, octets.count)])
    }
    return connection
  }

  @Test func saysWhatItHasReadOfTheHead() {
    let connection = read("HTTP/1.1 503 Busy\r\nContent-Length: 5\r\n\r\nhel", pieces: 100)
    let head = ReceivedHead(statusCode: 503, minorVersion: 1, framing: .contentLength(5), allowsReuse: true)
    #expect(connection.parser.head == head)
    #expect(connection.parser.contentCount == 3)
    // It would be too early for another request.
    #expect(connection.parser.keepsAlive == false)
  }

  @Test(arguments: [
    ("", ReceivedHead(statusCode: 200, minorVersion: 0, framing: .untilClose, allowsReuse: false)),
    (
      "Transfer-Encoding: chunked\r\n",
      ReceivedHead(statusCode: 200, minorVersion: 0, framing: .chunked, allowsReuse: false)
    ),
    (
      "Content-Length: 7\r\nConnection: keep-alive\r\n",
      ReceivedHead(statusCode: 200, minorVersion: 0, framing: .contentLength(7), allowsReuse: true)
    ),
  ])
  func framings(fields: String, expected: ReceivedHead) {
    #expect(read("HTTP/1.0 200 OK\r\n\(fields)\r\n", pieces: 100).parser.head == expected)
  }

  /// Only its beginning is kept, in whatever coding it comes.
  @Test(arguments: ["Content-Length: 800000", "Transfer-Encoding: chunked", "Connection: close"])
  func aLongAnswerCostsNoMoreThanItsExcerpt(field: String) {
    let content = String(repeating: "0123456789abcdef", count: 50_000)
    let isChunked = field.hasSuffix("chunked")
    let coded = isChunked ? "c3500\r\n\(content)\r\n0\r\n\r\n" : content
    var connection = ResponseReplay(ResponseLimits(), releases: true)
    let octets = Array("HTTP/1.1 200 OK\r\n\(field)\r\n\r\n\(coded)".utf8)
    var longest = 0
    for start in stride(from: 0, to: octets.count, by: 1000) {
      connection.receive(octets[start..<min(start + 1000, octets.count)])
      longest = max(longest, connection.buffer.count)
    }
    connection.close()
    #expect(longest < 100)
    #expect(connection.ending == .complete(length: octets.count, keepsAlive: !field.hasSuffix("close")))
    #expect(connection.parser.contentCount == 800_000)
    #expect(Array(connection.parser.excerpt) == Array(content.utf8.prefix(4096)))
  }

  @Test func whatIsDoneWithIsReleasedOnce() throws {
    let interim = "HTTP/1.1 100 Continue\r\n\r\n"
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
    var parser = ResponseParser(limits: ResponseLimits())
    #expect(parser.releaseOctets() == 0)
    try withOctets(interim + "HTTP/1.1 2") { message throws(ResponseError) in
      #expect(try parser.parse(message, inputEnded: false) == .needsMore)
    }
    #expect(parser.releaseOctets() == interim.utf8.count)
    #expect(parser.releaseOctets() == 0)
    try withOctets(head + "hel") { message throws(ResponseError) in
      #expect(try parser.parse(message, inputEnded: false) == .needsMore)
    }
    #expect(parser.releaseOctets() == head.utf8.count + 3)
    #expect(parser.releaseOctets() == 0)
    try withOctets("lo") { message throws(ResponseError) in
      #expect(try parser.parse(message, inputEnded: false) == .complete(length: 2))
    }
    #expect(parser.excerpt.equals("hello"))
    #expect(parser.keepsAlive == true)
  }

  @Test func anEmptyExcerptKeepsNothing() {
    var limits = ResponseLimits()
    limits.excerpt = 0
    for field in ["Content-Length: 5\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"] {
      let connection = read("HTTP/1.1 200 OK\r\n" + field, limits: limits, pieces: 7)
      #expect(connection.parser.keepsAlive == true)
      #expect(connection.parser.excerpt.isEmpty)
      #expect(connection.parser.contentCount == 5)
    }
  }
}

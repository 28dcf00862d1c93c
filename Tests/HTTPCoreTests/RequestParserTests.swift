import ByteText
import TestSupport
import Testing

@testable import HTTPCore

struct RequestParserTests {
  static let corpus = Result { try HTTPCorpus.load() }

  @Test func theCorpusIsWholeAndNamesEveryReason() throws {
    let cases = try Self.corpus.get().cases
    #expect(cases.count >= 150)
    #expect(Set(cases.map(\.description)).count == cases.count)
    let rules = Set(cases.map(\.rule))
    #expect(rules == Set(1...24).subtracting([23]))
    let reasons = cases.compactMap { if case .refused(_, let reason, _) = $0.ending { reason } else { nil } }
    #expect(Set(reasons) == Set(ParseError.Reason.allCases.map { "\($0)" }))
    for example in cases { #expect(example.ending != .finished || !example.requests.isEmpty, "\(example)") }
  }

  @Test(arguments: try RequestParserTests.corpus.get().cases)
  func theOutcomeIsTheSameHoweverTheOctetsCome(example: HTTPCase) throws {
    let limits = ParserLimits(try Self.corpus.get().limits)
    let count = example.octets.count
    func replay(_ way: String, pieces: [Range<Int>], releases: Bool = false) {
      var connection = Replay(limits, strictFraming: example.strictFraming, releases: releases)
      for piece in pieces { connection.receive(example.octets[piece]) }
      // Compared before it is expected: expectations cost more than the parser.
      if connection.requests == example.requests, connection.ending == example.ending { return }
      let (requests, ending) = (connection.requests, connection.ending)
      #expect(requests == example.requests, "\(way)")
      #expect(ending == example.ending, "\(way)")
    }
    replay("whole", pieces: [0..<count])
    replay("one by one", pieces: (0..<count).map { $0..<($0 + 1) })
    replay("one by one, decoded octets released", pieces: (0..<count).map { $0..<($0 + 1) }, releases: true)
    for cut in 1..<count { replay("cut at \(cut)", pieces: [0..<cut, cut..<count]) }
  }

  @Test func saysWhatItWaitsFor() throws {
    let text = "\r\nPOST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi"
    let headEnd = text.utf8.count - 2
    var parser = RequestParser(limits: ParserLimits())
    try withOctets(text) { message throws(ParseError) in
      for count in 0..<message.count {
        #expect(try parser.parse(message.slice(0, count)) == .needsMore)
        #expect(parser.awaitsContent == (count >= headEnd))
      }
      #expect(try parser.parse(message) == .complete(length: message.count))
      #expect(parser.content(in: message).equals("hi"))
      parser.reset()
      #expect(parser.awaitsContent == false)
    }
  }

  @Test func decodedOctetsLeaveTheMessage() throws {
    let head = "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    var parser = RequestParser(limits: ParserLimits())
    try withOctets(head + "5\r\nhel") { message throws(ParseError) in
      #expect(parser.releaseDecodedOctets() == 0)
      #expect(try parser.parse(message) == .needsMore)
      #expect(parser.releaseDecodedOctets() == 6)
      #expect(parser.releaseDecodedOctets() == 0)
    }
    try withOctets(head + "lo\r\n0\r\n\r\n") { message throws(ParseError) in
      #expect(try parser.parse(message) == .complete(length: message.count))
      #expect(parser.content(in: message).equals("hello"))
    }
  }
}

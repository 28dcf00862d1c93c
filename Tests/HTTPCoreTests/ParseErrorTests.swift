import Testing

@testable import HTTPCore

struct ParseErrorTests {
  @Test(arguments: ParseError.Reason.allCases)
  func everyReasonHasAStatusAndASentence(reason: ParseError.Reason) {
    let error = ParseError(reason, at: 7)
    #expect([400, 413, 414, 417, 431, 501, 505].contains(error.status.code))
    #expect(reason.sentence.count > 20)
    // It stands in a field of the answer, where it must be one line of visible ASCII.
    #expect(error.explanation.utf8.allSatisfy { (0x20...0x7E).contains($0) })
    #expect(error.explanation == "\(reason.sentence), at octet 7 of the request")
  }

  @Test func noTwoReasonsSayTheSame() {
    let reasons = ParseError.Reason.allCases
    #expect(Set(reasons.map(\.sentence)).count == reasons.count)
  }

  @Test(arguments: [
    (ParseError.Reason.requestLineTooLong, 414), (.headerBlockTooLarge, 431), (.tooManyFields, 431),
    (.trailersTooLarge, 431), (.contentTooLarge, 413), (.expectationUnknown, 417), (.transferEncodingUnsupported, 501),
    (.versionUnsupported, 505), (.hostMissing, 400), (.tlsHandshake, 400),
  ])
  func statuses(reason: ParseError.Reason, status: Int) {
    #expect(ParseError(reason, at: 0).status == StatusCode(status))
  }
}

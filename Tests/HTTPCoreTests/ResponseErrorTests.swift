import Testing

@testable import HTTPCore

struct ResponseErrorTests {
  private static let reasons: [ResponseError.Reason] = [
    .statusLineMalformed, .versionUnsupported, .statusCodeOutOfRange, .switchesProtocols, .tooManyInterimAnswers,
    .transferEncodingUnsupported, .contentTooLarge, .endedInHead, .endedInContent(received: 3, of: 5),
    .endedInContent(received: 3, of: nil), .syntax(.bareLineFeed),
  ]

  @Test(arguments: reasons)
  func everyReasonHasASentenceOfVisibleASCII(reason: ResponseError.Reason) {
    let explanation = ResponseError(reason, at: 7).explanation
    #expect(explanation.count > 20)
    #expect(explanation.utf8.allSatisfy { (0x20...0x7E).contains($0) })
  }

  @Test func noTwoReasonsSayTheSame() {
    #expect(Set(Self.reasons.map { ResponseError($0, at: 7).explanation }).count == Self.reasons.count)
  }

  @Test(arguments: [
    (
      ResponseError.Reason.statusCodeOutOfRange,
      "the status code is not from 100 to 999 (RFC 9110, section 15), at octet 7 of the answer"
    ),
    (.syntax(.bareLineFeed), "a line ends in LF without CR (section 2.2), at octet 7 of the answer"),
    (.contentTooLarge, "the answer's content is larger than the limit, at octet 7 of the answer"),
    // Where a connection was closed is told by how much there was.
    (.endedInHead, "the connection was closed within the answer's head"),
    (.endedInContent(received: 3, of: 5), "the content was cut off after 3 of 5 octets (section 6.3)"),
    (
      .endedInContent(received: 3, of: nil),
      "the content was cut off after 3 octets, before the end of its chunked coding (section 7.1)"
    ),
  ])
  func theSentenceNamesThePlace(reason: ResponseError.Reason, sentence: String) {
    #expect(ResponseError(reason, at: 7).explanation == sentence)
  }
}

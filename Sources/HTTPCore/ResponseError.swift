/// Why an answer cannot be read. Nothing behind it on its connection can be either.
package struct ResponseError: Error, Equatable, Sendable {
  package var reason: Reason
  /// Where in what the peer sent since the request: octets from the first one.
  package var offset: Int

  package init(_ reason: Reason, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  /// The rules are those of RFC 9112 unless the text names another.
  package enum Reason: Equatable, Sendable {
    case statusLineMalformed, versionUnsupported, statusCodeOutOfRange, switchesProtocols
    case tooManyInterimAnswers
    case transferEncodingUnsupported
    case contentTooLarge
    /// The connection ended before the answer did.
    case endedInHead
    case endedInContent(received: Int, of: Int?)
    /// What requests and answers have in common.
    case syntax(ParseError.Reason)
  }

  /// One sentence for the person whose receiver sent it.
  package var explanation: String {
    switch reason {
    case .endedInHead, .endedInContent: sentence
    case .statusLineMalformed, .versionUnsupported, .statusCodeOutOfRange, .switchesProtocols, .tooManyInterimAnswers,
      .transferEncodingUnsupported, .contentTooLarge, .syntax:
      "\(sentence), at octet \(offset) of the answer"
    }
  }

  private var sentence: String {
    switch reason {
    case .statusLineMalformed: "the status line is not `HTTP/1.1 SP 3 digits [SP reason]` (section 4)"
    case .versionUnsupported: "only HTTP/1.0 and HTTP/1.1 are understood (section 2.3)"
    case .statusCodeOutOfRange: "the status code is not from 100 to 999 (RFC 9110, section 15)"
    case .switchesProtocols: "101 was not asked for (RFC 9110, section 15.2.2)"
    case .tooManyInterimAnswers: "there are more interim answers (1xx) than the limit"
    case .transferEncodingUnsupported: "the only transfer coding understood is chunked (section 6.1)"
    case .contentTooLarge: "the answer's content is larger than the limit"
    case .endedInHead: "the connection was closed within the answer's head"
    case .endedInContent(let received, .some(let count)):
      "the content was cut off after \(received) of \(count) octets (section 6.3)"
    case .endedInContent(let received, nil):
      "the content was cut off after \(received) octets, before the end of its chunked coding (section 7.1)"
    case .syntax(let reason): reason.sentence
    }
  }
}

import ByteText

/// Why a request is refused before anybody looks at what it asks. The connection always closes after it: behind a
/// message that was not understood nothing can be read (RFC 9112, section 9.6).
package struct ParseError: Error, Equatable, Sendable {
  package var reason: Reason
  /// Where in the message it was seen: octets from its first one.
  package var offset: Int

  package init(_ reason: Reason, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  /// The rules are those of RFC 9112 unless the text names another.
  package enum Reason: Equatable, Sendable, CaseIterable {
    case emptyLinesBeforeRequest, requestLineMalformed, methodMalformed, versionMalformed, versionUnsupported
    case requestLineTooLong, targetMalformed, targetAuthorityInvalid
    case headerBlockTooLarge, tooManyFields
    case bareLineFeed, bareCarriageReturn, controlOctet
    case fieldLineIndented, fieldLineFolded, colonMissing, fieldNameEmpty, fieldNameMalformed, spaceBeforeColon
    case hostMissing, hostRepeated, hostInvalid
    case contentLengthMalformed, contentLengthOverflow, contentLengthsDiffer, contentTooLarge
    case transferEncodingWithContentLength, transferEncodingUnsupported, transferEncodingMalformed
    case transferEncodingInHTTP10
    case expectationUnknown
    case chunkSizeMalformed, chunkSizeLineTooLong, chunkExtensionMalformed, chunkDataUnterminated
    case trailersTooLarge
    case tlsHandshake
  }

  package var status: StatusCode {
    switch reason {
    case .requestLineTooLong: StatusCode(414)
    case .headerBlockTooLarge, .tooManyFields, .trailersTooLarge: StatusCode(431)
    case .contentTooLarge: StatusCode(413)
    case .expectationUnknown: StatusCode(417)
    case .transferEncodingUnsupported: StatusCode(501)
    case .versionUnsupported: StatusCode(505)
    case .emptyLinesBeforeRequest, .requestLineMalformed, .methodMalformed, .versionMalformed, .targetMalformed,
      .targetAuthorityInvalid, .bareLineFeed, .bareCarriageReturn, .controlOctet, .fieldLineIndented,
      .fieldLineFolded, .colonMissing, .fieldNameEmpty, .fieldNameMalformed, .spaceBeforeColon, .hostMissing,
      .hostRepeated, .hostInvalid, .contentLengthMalformed, .contentLengthOverflow, .contentLengthsDiffer,
      .transferEncodingWithContentLength, .transferEncodingMalformed, .transferEncodingInHTTP10,
      .chunkSizeMalformed, .chunkSizeLineTooLong, .chunkExtensionMalformed, .chunkDataUnterminated, .tlsHandshake:
      StatusCode(400)
    }
  }

  /// One sentence for the person whose client sent it.
  package var explanation: String { "\(reason.sentence), at octet \(offset) of the request" }
}

extension ParseError.Reason {
  /// What is wrong and what is allowed.
  package var sentence: String {
    switch self {
    case .emptyLinesBeforeRequest: "more than one empty line before the request line (section 2.2)"
    case .requestLineMalformed: "the request line is not `method SP target SP version` (section 3)"
    case .methodMalformed: "the method is not a token (RFC 9110, section 9.1)"
    case .versionMalformed: "the version is not HTTP/ digit . digit (section 2.3)"
    case .versionUnsupported: "only HTTP/1.0 and HTTP/1.1 are spoken here (RFC 9110, section 15.6.6)"
    case .requestLineTooLong: "the request line is longer than the limit"
    case .targetMalformed: "the request target is no origin-form, absolute-form or asterisk-form (section 3.2)"
    case .targetAuthorityInvalid: "the target's authority is not host[:port] (section 3.2.2)"
    case .headerBlockTooLarge: "the header fields together are larger than the limit"
    case .tooManyFields: "there are more header fields than the limit"
    case .bareLineFeed: "a line ends in LF without CR (section 2.2)"
    case .bareCarriageReturn: "a CR without LF stands inside a line (section 2.2)"
    case .controlOctet: "a control octet stands in a field value or target (RFC 9110, section 5.5)"
    case .fieldLineIndented: "white space before the first header field (section 2.2)"
    case .fieldLineFolded: "a header field is continued on the next line, obs-fold (section 5.2)"
    case .colonMissing: "a header field has no colon (section 5)"
    case .fieldNameEmpty: "a header field has no name (section 5)"
    case .fieldNameMalformed: "a header field's name is not a token (RFC 9110, section 5.1)"
    case .spaceBeforeColon: "white space between a header field's name and its colon (section 5.1)"
    case .hostMissing: "an HTTP/1.1 request needs a Host field (section 3.2)"
    case .hostRepeated: "more than one Host field (section 3.2)"
    case .hostInvalid: "the Host field is not host[:port] (RFC 9110, section 7.2)"
    case .contentLengthMalformed: "Content-Length is not a row of digits (RFC 9110, section 8.6)"
    case .contentLengthOverflow: "Content-Length is too large to be a number here"
    case .contentLengthsDiffer: "Content-Length is given more than once with different values (section 6.3)"
    case .contentTooLarge: "the content is larger than the limit"
    case .transferEncodingWithContentLength: "Transfer-Encoding and Content-Length together (section 6.3)"
    case .transferEncodingUnsupported: "the only transfer coding spoken here is chunked (section 6.1)"
    case .transferEncodingMalformed: "Transfer-Encoding must be `chunked`, once and last (section 6.3)"
    case .transferEncodingInHTTP10: "Transfer-Encoding in an HTTP/1.0 request (section 6.1)"
    case .expectationUnknown: "the only expectation known is 100-continue (RFC 9110, section 10.1.1)"
    case .chunkSizeMalformed: "a chunk size is not a row of hexadecimal digits below 2^63 (section 7.1)"
    case .chunkSizeLineTooLong: "a chunk-size line is longer than the limit"
    case .chunkExtensionMalformed: "a chunk extension is not ;name[=value] (section 7.1.1)"
    case .chunkDataUnterminated: "chunk data is not followed by CRLF (section 7.1)"
    case .trailersTooLarge: "the trailer fields together are larger than the limit"
    case .tlsHandshake: "this is a TLS handshake, and this port speaks plain HTTP: use http://"
    }
  }
}

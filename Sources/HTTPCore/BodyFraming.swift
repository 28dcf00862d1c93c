import ByteText

/// How the end of a request's content is found (RFC 9112, section 6).
package enum BodyFraming: Equatable, Sendable {
  /// Neither Content-Length nor Transfer-Encoding: no content.
  case none
  case contentLength(Int)
  case chunked
  /// `Transfer-Encoding: chunked` and `Content-Length: 0`, as Qiniu's C SDK sends its status query: read as chunked,
  /// refused if the content turns out not to be empty, and the connection closes after the answer.
  case chunkedDespiteZeroLength

  /// - Parameters:
  ///   - head: with its fields and version in place.
  ///   - strict: refuses `chunkedDespiteZeroLength` as well.
  /// - Throws: every reason that begins with `contentLength` or `transferEncoding`, and `contentTooLarge`.
  init(of head: RequestHead, in message: ByteView, limit: Int, strict: Bool) throws(ParseError) {
    let length = try BodyFraming.contentLength(of: head.fields, in: message)
    guard let coding = head.fields.first(.transferEncoding) else {
      guard let length else {
        self = .none
        return
      }
      guard length.value <= UInt64(limit) else { throw ParseError(.contentTooLarge, at: length.offset) }
      self = .contentLength(Int(length.value))
      return
    }
    let offset = Int(coding.start)
    if head.minorVersion == 0 { throw ParseError(.transferEncodingInHTTP10, at: offset) }
    guard let length else {
      try BodyFraming.requireChunked(head.fields, in: message, at: offset)
      self = .chunked
      return
    }
    // Whatever the coding is: two fields that each say where the message ends are a smuggler's tool (section 11.2).
    guard !strict, length.isSingleZero, head.fields.count(of: .contentLength) == 1,
      coding.view(in: message).equalsIgnoringCase("chunked"), head.fields.count(of: .transferEncoding) == 1
    else { throw ParseError(.transferEncodingWithContentLength, at: offset) }
    self = .chunkedDespiteZeroLength
  }

  private struct Length {
    var value: UInt64
    var offset: Int
    /// The value is exactly `0`.
    var isSingleZero: Bool
  }

  private static func contentLength(of fields: FieldSection, in message: ByteView) throws(ParseError) -> Length? {
    guard let first = fields.first(.contentLength) else { return nil }
    let offset = Int(first.start)
    var value: UInt64?
    var reason: ParseError.Reason?
    fields.forEachListMember(of: .contentLength, in: message) { member in
      guard !member.isEmpty, member.allSatisfy(ASCII.isDigit) else {
        reason = .contentLengthMalformed
        return false
      }
      guard let number = DecimalText.parse(member) else {
        reason = .contentLengthOverflow
        return false
      }
      if let value, value != number { reason = .contentLengthsDiffer }
      value = number
      return reason == nil
    }
    if let reason { throw ParseError(reason, at: offset) }
    guard let value else { return nil }
    return Length(value: value, offset: offset, isSingleZero: first.view(in: message).equals("0"))
  }

  private static func requireChunked(
    _ fields: FieldSection, in message: ByteView, at offset: Int
  ) throws(ParseError) {
    var memberCount = 0
    var chunkedCount = 0
    var endsInChunked = false
    var isMalformed = false
    fields.forEachListMember(of: .transferEncoding, in: message) { member in
      endsInChunked = member.equalsIgnoringCase("chunked")
      memberCount += 1
      chunkedCount += endsInChunked ? 1 : 0
      isMalformed = chunkedCount > 1 || !OctetClass.isToken(member)
      return !isMalformed
    }
    // An unknown coding is 501, but only where the end of the message can be told (section 6.3).
    if isMalformed || !endsInChunked { throw ParseError(.transferEncodingMalformed, at: offset) }
    if memberCount > 1 { throw ParseError(.transferEncodingUnsupported, at: offset) }
  }
}

import ByteText

/// What an answer's status line and fields say.
package struct ReceivedHead: Equatable, Sendable {
  /// 200 to 999: interim answers are passed over.
  package var statusCode: Int
  /// The n of `HTTP/1.n`.
  package var minorVersion: Int
  package var framing: ResponseFraming
  /// Neither version nor fields say that the connection ends with the answer (RFC 9112, section 9.3).
  package var allowsReuse: Bool
}

extension ReceivedHead {
  /// What `allowsReuse` has to be, by the fields and what is known of the head already.
  func staysOpen(by fields: FieldSection, in message: ByteView) -> Bool {
    fields.sayToStayOpen(in: message, minorVersion: minorVersion) && hasClearEnd(by: fields, in: message)
  }

  /// False if the peer, or somebody on the way, may have understood another end than we do.
  private func hasClearEnd(by fields: FieldSection, in message: ByteView) -> Bool {
    let length = fields.first(.contentLength)
    switch framing {
    // Some announce content where there must be none, and send it.
    case .none: return fields.first(.transferEncoding) == nil && length?.view(in: message).equals("0") ?? true
    case .contentLength: return true
    // HTTP/1.0 does not know the coding; beside it a length must not be (section 6.1).
    case .chunked: return minorVersion > 0 && length == nil
    case .untilClose: return false
    }
  }
}

/// How the end of an answer's content is found (RFC 9112, section 6.3).
package enum ResponseFraming: Equatable, Sendable {
  case none
  case contentLength(Int)
  case chunked
  /// The content ends with the connection.
  case untilClose
}

extension ResponseFraming {
  /// - Throws: reasons of a response about Transfer-Encoding and Content-Length.
  init(of fields: FieldSection, statusCode: Int, in message: ByteView) throws(ResponseError) {
    if statusCode == 204 || statusCode == 304 {
      self = .none
      return
    }
    if let coding = fields.first(.transferEncoding) {
      var codings = 0
      var isChunked = false
      fields.forEachListMember(of: .transferEncoding, in: message) { member in
        if member.isEmpty { return true }
        codings += 1
        isChunked = member.equalsIgnoringCase("chunked")
        return true
      }
      guard codings == 1, isChunked else { throw ResponseError(.transferEncodingUnsupported, at: Int(coding.start)) }
      self = .chunked
      return
    }
    guard let first = fields.first(.contentLength) else {
      self = .untilClose
      return
    }
    var length: UInt64?
    var fault: ParseError.Reason?
    fields.forEachListMember(of: .contentLength, in: message) { member in
      guard !member.isEmpty, member.allSatisfy(ASCII.isDigit) else {
        fault = .contentLengthMalformed
        return false
      }
      let number = DecimalText.parse(member)
      if number == nil { fault = .contentLengthOverflow }
      if let length, length != number { fault = .contentLengthsDiffer }
      length = number
      return fault == nil
    }
    if let fault { throw ResponseError(.syntax(fault), at: Int(first.start)) }
    guard let length, let count = Int(exactly: length) else {
      throw ResponseError(.syntax(.contentLengthOverflow), at: Int(first.start))
    }
    self = .contentLength(count)
  }
}

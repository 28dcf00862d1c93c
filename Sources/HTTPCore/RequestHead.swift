import ByteText

/// A request's line and fields. Ranges count from the message's first octet.
package struct RequestHead: Equatable, Sendable {
  package var method = Method.unknown
  package var methodName = ByteRange(0, 0)
  package var target = RequestTarget()
  /// The n of `HTTP/1.n`: 0, or 1 for every higher one (RFC 9110, section 2.5).
  package var minorVersion = 1
  package var fields = FieldSection()
  package var framing = BodyFraming.none
  /// The connection may carry another request after this one (RFC 9112, section 9.3).
  package var keepsAlive = true
  /// The client waits for `100 Continue` before it sends the content (RFC 9110, section 10.1.1).
  package var expectsContinue = false
  /// The octets from the message's first one up to the content.
  package var length = 0

  package func value(_ name: FieldName, in message: ByteView) -> ByteView? {
    fields.first(name)?.view(in: message)
  }

  /// Checks the fields that decide about framing, routing and the connection, once all are there.
  /// - Throws: reasons about Host, Content-Length, Transfer-Encoding and Expect.
  mutating func settle(in message: ByteView, limits: ParserLimits, strictFraming: Bool) throws(ParseError) {
    try checkHost(in: message)
    framing = try BodyFraming(of: self, in: message, limit: limits.content, strict: strictFraming)
    settlePersistence(in: message)
    try settleExpectation(in: message)
  }

  private func checkHost(in message: ByteView) throws(ParseError) {
    guard let host = fields.first(.host) else {
      guard minorVersion == 0 else { throw ParseError(.hostMissing, at: length) }
      return
    }
    guard fields.count(of: .host) == 1 else { throw ParseError(.hostRepeated, at: Int(host.start)) }
    guard Authority.isValid(host.view(in: message)) else { throw ParseError(.hostInvalid, at: Int(host.start)) }
  }

  private mutating func settlePersistence(in message: ByteView) {
    keepsAlive =
      fields.sayToStayOpen(in: message, minorVersion: minorVersion) && framing != .chunkedDespiteZeroLength
  }

  private mutating func settleExpectation(in message: ByteView) throws(ParseError) {
    // The head is used again for the next request, which may expect nothing.
    expectsContinue = false
    // An HTTP/1.0 client cannot wait for a 100: its Expect is ignored (RFC 9110, section 10.1.1).
    guard let expect = fields.first(.expect), minorVersion > 0 else { return }
    var saysContinue = false
    var isKnown = true
    fields.forEachListMember(of: .expect, in: message) { member in
      // Empty members mean nothing in a list (RFC 9110, section 5.6.1.2).
      if member.isEmpty { return true }
      saysContinue = true
      isKnown = member.equalsIgnoringCase("100-continue")
      return isKnown
    }
    guard isKnown else { throw ParseError(.expectationUnknown, at: Int(expect.start)) }
    expectsContinue = saysContinue && framing != .none && framing != .contentLength(0)
  }
}

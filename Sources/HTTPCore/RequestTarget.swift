import ByteText

/// What a request is for (RFC 9112, section 3.2), as sent: nothing is decoded or normalized, since signatures cover it.
package struct RequestTarget: Equatable, Sendable {
  package enum Form: Equatable, Sendable {
    /// `/path?query`.
    case origin
    /// `http://host/path?query`, as proxies are asked.
    case absolute
    /// `host:port`, only with CONNECT.
    case authority
    /// `*`, only with OPTIONS.
    case asterisk
  }

  package var form: Form
  /// All of it, as it stands in the request line.
  package var asSent: ByteRange
  /// `host[:port]` of the absolute and authority forms.
  package var authority: ByteRange?
  /// Without the query. Empty in `http://host`, which means `/`, and in the forms that have no path.
  package var path: ByteRange
  /// Without its `?`; nil if there is no `?`.
  package var query: ByteRange?

  /// Path and query together, with the `?`.
  package var pathAndQuery: ByteRange {
    ByteRange(Int(path.start), Int(query?.end ?? path.end))
  }

  /// No target yet.
  init() {
    form = .origin
    asSent = ByteRange(0, 0)
    path = asSent
  }

  /// - Parameters:
  ///   - range: where the target stands in `message`; not empty.
  /// - Throws: `targetMalformed`, `targetAuthorityInvalid` or `controlOctet`.
  init(_ range: ByteRange, in message: ByteView, method: Method) throws(ParseError) {
    let text = range.view(in: message)
    let start = Int(range.start)
    if let offset = OctetClass.firstForbiddenInTarget(text) {
      let isControl = text[offset] < 0x20 || text[offset] == 0x7F
      throw ParseError(isControl ? .controlOctet : .targetMalformed, at: start + offset)
    }
    form = .origin
    asSent = range
    path = range
    if method == .connect {
      form = .authority
      guard Authority.isValid(text, portRequired: true) else { throw ParseError(.targetAuthorityInvalid, at: start) }
      authority = range
      path = ByteRange(start + text.count, start + text.count)
      return
    }
    if text[0] == 0x2F {
      splitQuery(in: message)
    } else if text.equals("*"), method == .options {
      form = .asterisk
    } else {
      try parseAbsolute(text, at: start)
      splitQuery(in: message)
    }
  }

  private mutating func splitQuery(in message: ByteView) {
    guard let mark = path.view(in: message).firstOffset(of: 0x3F) else { return }
    let start = Int(path.start)
    query = ByteRange(start + mark + 1, Int(path.end))
    path = ByteRange(start, start + mark)
  }

  private mutating func parseAbsolute(_ text: ByteView, at start: Int) throws(ParseError) {
    let schemeCount: Int
    if text.count > 7, text.slice(0, 7).equalsIgnoringCase("http://") {
      schemeCount = 7
    } else if text.count > 8, text.slice(0, 8).equalsIgnoringCase("https://") {
      schemeCount = 8
    } else {
      throw ParseError(.targetMalformed, at: start)
    }
    var end = schemeCount
    while end < text.count, text[end] != 0x2F, text[end] != 0x3F { end += 1 }
    guard Authority.isValid(text.slice(schemeCount, end)) else {
      throw ParseError(.targetAuthorityInvalid, at: start + schemeCount)
    }
    form = .absolute
    authority = ByteRange(start + schemeCount, start + end)
    path = ByteRange(start + end, start + text.count)
  }
}

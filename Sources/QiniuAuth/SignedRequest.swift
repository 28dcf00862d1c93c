import ByteText

/// What a signature covers, as received and never decoded: every SDK escapes differently, so only the bytes that were
/// sent can be what was signed. The views are somebody else's and are read only during a call.
package struct SignedRequest {
  /// Read for the scheme Qiniu only, as are `host` and `qiniuFields`.
  package var method: ByteView
  /// `path[?rawquery]`, without scheme and authority even where the request target was in absolute form.
  package var target: ByteView
  /// The value of `Host`, port included if it was sent.
  package var host: ByteView
  /// The value of `Content-Type`; an empty one counts as none.
  package var contentType: ByteView?
  /// The fields whose names begin with `X-Qiniu-`, in any order and case.
  package var qiniuFields: [(name: ByteView, value: ByteView)]
  package var body: ByteView

  package init(
    method: ByteView, target: ByteView, host: ByteView, contentType: ByteView? = nil,
    qiniuFields: [(name: ByteView, value: ByteView)] = [], body: ByteView = ByteView(start: nil, count: 0)
  ) {
    self.method = method
    self.target = target
    self.host = host
    self.contentType = contentType.flatMap { $0.isEmpty ? nil : $0 }
    self.qiniuFields = qiniuFields
    self.body = body
  }

  static let formType: StaticString = "application/x-www-form-urlencoded"

  /// True for a `Content-Type` of `application/x-www-form-urlencoded`, in any case and whatever parameters follow
  /// (RFC 9110, section 8.3.1).
  package static func isForm(contentType: ByteView) -> Bool {
    mediaType(of: contentType).equalsIgnoringCase(formType)
  }

  /// `Content-Type` without its parameters.
  var mediaType: ByteView? { contentType.map(SignedRequest.mediaType) }

  private static func mediaType(of contentType: ByteView) -> ByteView {
    var end = contentType.firstOffset(of: 0x3B) ?? contentType.count
    while end > 0, contentType[end - 1] == ASCII.space || contentType[end - 1] == ASCII.tab { end -= 1 }
    return contentType.slice(0, end)
  }

  /// The length of the path, which a `?` ends.
  var pathCount: Int { target.firstOffset(of: 0x3F) ?? target.count }

  /// The length of `Host` without its port; a colon inside the brackets of an IPv6 address starts none.
  var hostNameCount: Int {
    var index = host.count
    while index > 0, ASCII.isDigit(host[index - 1]) { index -= 1 }
    return index > 0 && host[index - 1] == 0x3A ? index - 1 : host.count
  }
}

extension ByteView {
  init(_ text: StaticString) { self.init(start: text.utf8Start, count: text.utf8CodeUnitCount) }
}

import ByteText

/// The string that a signature is made over, as its parts.
///
/// QBox: `<path>[?<rawquery>] LF [<body>]`, with the body of a form.
/// Qiniu: `METHOD SP path[?rawquery] LF "Host: " host LF ["Content-Type: " ct LF] {"X-Qiniu-Name: " value LF} LF [body]`,
/// with any body whose type is given and is not `application/octet-stream`.
/// What is no parameter of the initializer stands here to be altered by the search for a client's slip.
package struct SigningString {
  var scheme: SignatureScheme
  var request: SignedRequest
  /// Written behind the host as `:port`.
  var addedPort: UInt16?
  var isBodySigned: Bool
  /// What stands between the rest and the body. Qiniu's lines have their ends already: there it is the empty line.
  var separator: StaticString = "\n"
  /// What stands behind everything.
  var ending: StaticString = ""

  /// The string as the scheme's rule has it.
  package init(scheme: SignatureScheme, request: consuming SignedRequest) {
    self.scheme = scheme
    isBodySigned =
      switch (scheme, request.mediaType) {
      case (_, nil): false
      case (.qbox, let type?): type.equalsIgnoringCase(SignedRequest.formType)
      case (.qiniu, let type?): !type.equalsIgnoringCase("application/octet-stream")
      }
    self.request = request
  }

  /// The string as `variant` has it.
  init(scheme: SignatureScheme, request: consuming SignedRequest, variant: SigningVariant, listeningPort: UInt16) {
    if variant.hasDefaultContentType { request.contentType = ByteView(SignedRequest.formType) }
    self.init(scheme: scheme, request: request)
    if variant.hasListeningPort { addedPort = listeningPort }
  }

  package func append(to buffer: inout ByteBuffer) {
    switch scheme {
    case .qbox: buffer.append(request.target)
    case .qiniu: appendLines(to: &buffer)
    }
    buffer.append(separator)
    if isBodySigned { buffer.append(request.body) }
    buffer.append(ending)
  }

  /// The whole string as one line of visible ASCII: what the client sent, so at home in a journal only.
  package func visibleText(limit: Int = .max) -> String {
    var buffer = ByteBuffer()
    append(to: &buffer)
    return buffer.view.visibleText(limit: limit)
  }

  private func appendLines(to buffer: inout ByteBuffer) {
    buffer.append(request.method)
    buffer.append(byte: ASCII.space)
    buffer.append(request.target)
    buffer.append("\nHost: ")
    buffer.append(request.host)
    if let addedPort {
      buffer.append(byte: 0x3A)
      buffer.append(decimal: UInt64(addedPort))
    }
    buffer.append(byte: ASCII.lineFeed)
    if let contentType = request.contentType {
      buffer.append("Content-Type: ")
      buffer.append(contentType)
      buffer.append(byte: ASCII.lineFeed)
    }
    // One such field is what SDKs send; sorting would copy the array.
    let fields = request.qiniuFields.count < 2 ? request.qiniuFields : request.qiniuFields.sorted(by: Self.precedes)
    for (name, value) in fields {
      for index in name.indices { buffer.append(byte: Self.canonicalByte(of: name, at: index)) }
      buffer.append(": ")
      buffer.append(value)
      buffer.append(byte: ASCII.lineFeed)
    }
  }

  /// By name in canonical case, then by value, as the Go SDK sorts.
  private static func precedes(
    _ first: (name: ByteView, value: ByteView), _ second: (name: ByteView, value: ByteView)
  ) -> Bool {
    for index in 0..<min(first.name.count, second.name.count) {
      let (left, right) = (canonicalByte(of: first.name, at: index), canonicalByte(of: second.name, at: index))
      if left != right { return left < right }
    }
    if first.name.count != second.name.count { return first.name.count < second.name.count }
    return first.value.lexicographicallyPrecedes(second.value)
  }

  /// Canonical case: a capital at the start and behind each hyphen, small letters elsewhere.
  private static func canonicalByte(of name: ByteView, at index: Int) -> UInt8 {
    let byte = ASCII.lowercased(name[index])
    let isCapital = (index == 0 || name[index - 1] == 0x2D) && byte &- 0x61 < 26
    return isCapital ? byte & ~0x20 : byte
  }
}

import ByteText

/// The parts of a `multipart/form-data` content (RFC 7578; RFC 2046, section 5.1.1), as views of it: nothing is copied.
package struct MultipartForm {
  package struct Part {
    /// As sent, without its quotes.
    package var name: ByteView
    /// Nil if none was sent.
    package var contentType: ByteView?
    package var content: ByteView
  }

  /// More parts are refused: an upload has five, and custom variables.
  package static let maximumPartCount = 256
  /// Of all header lines of one part, in bytes.
  package static let maximumHeaderLength = 8 << 10

  package private(set) var parts: [Part] = []

  /// True if `contentType` names such a content, whatever its parameters.
  package static func isMultipart(contentType: ByteView) -> Bool {
    let end = contentType.firstOffset(of: 0x3B) ?? contentType.count
    return contentType.slice(0, end).trimmingBlanks().equalsIgnoringCase("multipart/form-data")
  }

  /// - Parameter contentType: the value of the request's Content-Type, which holds the boundary.
  /// - Throws: `MultipartFault`, for the first thing found wrong.
  package init(_ content: ByteView, contentType: ByteView) throws(MultipartFault) {
    guard let boundary = ParameterizedValue(contentType)?["boundary"] else { throw .boundaryMissing }
    guard 1...70 ~= boundary.count, boundary.allSatisfy({ $0 >= ASCII.space && $0 < 0x7F }) else {
      throw .boundaryInvalid(text: boundary.visibleText(limit: 80))
    }
    let delimiters = MultipartDelimiters(content: content, boundary: boundary)
    guard var delimiter = delimiters.first() else { throw .delimiterMissing(boundary: boundary.visibleText()) }
    while !delimiter.isLast {
      guard parts.count < Self.maximumPartCount else { throw .tooManyParts(limit: Self.maximumPartCount) }
      let header = try MultipartHeader(in: content, from: delimiter.end, part: parts.count + 1)
      // The empty line before the content may be the delimiter's own.
      guard let next = delimiters.next(from: header.end - 2) else { throw .endMissing(part: parts.count + 1) }
      let part = content.slice(header.end, max(next.start, header.end))
      parts.append(Part(name: header.name, contentType: header.contentType, content: part))
      delimiter = next
    }
  }

  /// The part of that name; nil if there is none.
  /// - Throws: `repeated`.
  package func part(_ name: StaticString) throws(MultipartFault) -> Part? {
    let found = parts.filter { $0.name.equals(name) }
    guard found.count < 2 else { throw .repeated(name: name.description) }
    return found.first
  }
}

/// The lines that part a multipart content.
struct MultipartDelimiters {
  let content: ByteView
  let boundary: ByteView

  struct Delimiter {
    /// Of the line end in front of it, which belongs to it.
    var start: Int
    var end: Int
    var isLast: Bool
  }

  /// What stands in front of it is a preamble, and nothing to us.
  func first() -> Delimiter? { match(at: 0, start: 0) ?? next(from: 0) }

  func next(from start: Int) -> Delimiter? {
    var position = start
    while let end = content.firstOffset(of: ASCII.carriageReturn, from: position) {
      if end + 1 < content.count, content[end + 1] == ASCII.lineFeed, let found = match(at: end + 2, start: end) {
        return found
      }
      position = end + 1
    }
    return nil
  }

  private func match(at offset: Int, start: Int) -> Delimiter? {
    let rest = content.slice(offset, content.count)
    guard rest.starts(with: "--"), rest.count >= 2 + boundary.count,
      rest.slice(2, 2 + boundary.count).equals(boundary)
    else { return nil }
    var end = 2 + boundary.count
    let isLast = rest.slice(end, rest.count).starts(with: "--")
    if isLast { end += 2 }
    while end < rest.count, rest[end] == ASCII.space || rest[end] == ASCII.tab { end += 1 }
    if isLast, end == rest.count { return Delimiter(start: start, end: offset + end, isLast: true) }
    // A longer line is content that happens to begin like one.
    guard rest.slice(end, rest.count).starts(with: "\r\n") else { return nil }
    return Delimiter(start: start, end: offset + end + 2, isLast: isLast)
  }
}

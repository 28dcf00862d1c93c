import ByteText

/// The header of one part of a multipart content: what its lines say, and where its content begins.
struct MultipartHeader {
  let name: ByteView
  let contentType: ByteView?
  /// Behind the empty line.
  let end: Int

  /// - Parameters:
  ///   - start: where the part's first line begins.
  ///   - part: its number from 1, for messages.
  init(in content: ByteView, from start: Int, part: Int) throws(MultipartFault) {
    var position = start
    var disposition: ByteView?
    var type: ByteView?
    while true {
      let lineEnd = try Self.lineEnd(in: content, from: position, start: start, part: part)
      let line = content.slice(position, lineEnd)
      position = lineEnd + 2
      if line.isEmpty { break }
      guard let colon = line.firstOffset(of: 0x3A), colon > 0, line.allSatisfy({ $0 >= ASCII.space || $0 == ASCII.tab })
      else { throw .headerMalformed(part: part, text: line.visibleText(limit: 80)) }
      let value = line.slice(colon + 1, line.count).trimmingBlanks()
      switch Field(line.slice(0, colon)) {
      case .disposition: disposition = value
      case .type: type = value
      case .transferEncoding: try Self.checkEncoding(value, part: part)
      case nil: break
      }
    }
    guard let disposition else { throw .nameMissing(part: part, text: nil) }
    guard let parsed = ParameterizedValue(disposition), parsed.word.equalsIgnoringCase("form-data"),
      let name = parsed["name"]
    else { throw .nameMissing(part: part, text: disposition.visibleText(limit: 80)) }
    self.name = name
    contentType = type
    end = position
  }

  private enum Field {
    case disposition, type, transferEncoding

    init?(_ name: ByteView) {
      if name.equalsIgnoringCase("content-disposition") {
        self = .disposition
      } else if name.equalsIgnoringCase("content-type") {
        self = .type
      } else if name.equalsIgnoringCase("content-transfer-encoding") {
        self = .transferEncoding
      } else {
        return nil
      }
    }
  }

  private static func lineEnd(
    in content: ByteView, from position: Int, start: Int, part: Int
  ) throws(MultipartFault) -> Int {
    let limit = min(content.count, start + MultipartForm.maximumHeaderLength)
    let header = content.slice(0, limit)
    guard let end = header.firstOffset(of: ASCII.carriageReturn, from: position), end + 1 < limit else {
      throw limit < content.count
        ? .headerTooLong(part: part, limit: MultipartForm.maximumHeaderLength) : .endMissing(part: part)
    }
    guard header[end + 1] == ASCII.lineFeed else {
      throw .headerMalformed(part: part, text: content.slice(position, end + 1).visibleText(limit: 80))
    }
    return end
  }

  /// Others than those that change nothing are out of use (RFC 7578, section 4.7).
  private static func checkEncoding(_ value: ByteView, part: Int) throws(MultipartFault) {
    let isPlain =
      value.equalsIgnoringCase("binary") || value.equalsIgnoringCase("8bit") || value.equalsIgnoringCase("7bit")
    if !isPlain { throw .transferEncoding(part: part, text: value.visibleText(limit: 40)) }
  }
}

/// Why a content is not read as `multipart/form-data`. Parts count from 1; texts are escaped already.
package enum MultipartFault: Error, Equatable, Sendable {
  case boundaryMissing
  case boundaryInvalid(text: String)
  case delimiterMissing(boundary: String)
  case endMissing(part: Int)
  case tooManyParts(limit: Int)
  case headerTooLong(part: Int, limit: Int)
  case headerMalformed(part: Int, text: String)
  /// `text` is the Content-Disposition that was sent, if one was.
  case nameMissing(part: Int, text: String?)
  case transferEncoding(part: Int, text: String)
  case repeated(name: String)

  /// One sentence for people.
  package var explanation: String {
    switch self {
    case .boundaryMissing:
      "Content-Type has no boundary, or more than one; required: multipart/form-data; boundary=<boundary>"
    case .boundaryInvalid(let text): "the boundary \"\(text)\" is not 1 to 70 visible ASCII characters"
    case .delimiterMissing(let boundary): "the content has no line \"--\(boundary)\", with CRLF"
    case .endMissing(let part): "the content ends within part \(part), before the closing delimiter"
    case .tooManyParts(let limit): "the content has more than \(limit) parts"
    case .headerTooLong(let part, let limit): "the header of part \(part) is longer than \(limit) bytes"
    case .headerMalformed(let part, let text):
      "part \(part): the header line \"\(text)\" is not name: value, ended by CRLF"
    case .nameMissing(let part, let text):
      "part \(part): " + (text.map { "Content-Disposition \"\($0)\"" } ?? "no Content-Disposition")
        + "; required: form-data; name=\"<name>\""
    case .transferEncoding(let part, let text):
      "part \(part): Content-Transfer-Encoding \"\(text)\" is not read; allowed: binary, 8bit, 7bit"
    case .repeated(let name): "part \"\(name)\" is given more than once; allowed: once"
    }
  }
}

import ByteText

/// Takes the chunked coding off a content (RFC 9112, section 7.1), as far as its octets have come.
///
/// Chunk extensions and trailer fields are checked and dropped: neither ever changes framing or authorization.
struct ChunkedDecoder {
  private enum Stage: Equatable {
    case size
    case data(remaining: Int)
    case dataEnd
    case trailers
  }

  private var stage = Stage.size
  private var trailerLength = 0
  /// Octets of content so far; where they are put is the caller's.
  private var contentCount = 0
  let limits: ParserLimits
  /// Content-Length said 0, so no chunk may hold data.
  let mustBeEmpty: Bool

  init(limits: ParserLimits, mustBeEmpty: Bool) {
    self.limits = limits
    self.mustBeEmpty = mustBeEmpty
  }

  /// Decodes from `position` on, which moves behind what was used up.
  /// - Returns: true once the message has ended.
  /// - Throws: reasons that begin with `chunk`, those of a field line, `contentTooLarge`, `trailersTooLarge`, and
  ///   `transferEncodingWithContentLength` for data where there must be none.
  mutating func decode(
    _ message: ByteView, from position: inout Int, to content: inout ByteBuffer
  ) throws(ParseError) -> Bool {
    while true {
      switch stage {
      case .size:
        let limit = LineLimit(octets: limits.chunkSizeLine, reason: .chunkSizeLineTooLong)
        guard let line = try LineScanner.next(in: message, from: &position, limit: limit) else { return false }
        let size = try chunkSize(line, in: message)
        stage = size == 0 ? .trailers : .data(remaining: size)
      case .data(let remaining):
        let count = min(remaining, message.count - position)
        content.append(message.slice(position, position + count))
        position += count
        contentCount += count
        guard count == remaining else {
          stage = .data(remaining: remaining - count)
          return false
        }
        stage = .dataEnd
      case .dataEnd:
        guard position < message.count else { return false }
        guard message[position] == ASCII.carriageReturn else {
          throw ParseError(.chunkDataUnterminated, at: position)
        }
        guard position + 1 < message.count else { return false }
        guard message[position + 1] == ASCII.lineFeed else { throw ParseError(.chunkDataUnterminated, at: position) }
        position += 2
        stage = .size
      case .trailers:
        let start = position
        let limit = LineLimit(octets: limits.trailerBlock - trailerLength, reason: .trailersTooLarge)
        guard let line = try LineScanner.next(in: message, from: &position, limit: limit) else { return false }
        if line.isEmpty { return true }
        _ = try FieldLineParser.parse(line, in: message, isFirst: trailerLength == 0)
        trailerLength += position - start
      }
    }
  }

  private func chunkSize(_ line: ByteRange, in message: ByteView) throws(ParseError) -> Int {
    let text = line.view(in: message)
    var digits = 0
    while digits < text.count, ASCII.hexValue(text[digits]) != nil { digits += 1 }
    guard let size = HexadecimalText.parse(text.slice(0, digits)), size < 1 << 63 else {
      throw ParseError(.chunkSizeMalformed, at: Int(line.start))
    }
    guard ChunkExtension.isValid(text.slice(digits, text.count)) else {
      let reason: ParseError.Reason =
        text[digits] == 0x3B || text.contains(0x3B) ? .chunkExtensionMalformed : .chunkSizeMalformed
      throw ParseError(reason, at: Int(line.start) + digits)
    }
    guard size == 0 || !mustBeEmpty else {
      throw ParseError(.transferEncodingWithContentLength, at: Int(line.start))
    }
    guard size <= UInt64(limits.content - contentCount) else {
      throw ParseError(.contentTooLarge, at: Int(line.start))
    }
    return Int(size)
  }
}

/// What may follow a chunk's size: `*( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )`.
private enum ChunkExtension {
  static func isValid(_ text: ByteView) -> Bool {
    var index = 0
    func skipBlanks() {
      while index < text.count, text[index] == ASCII.space || text[index] == ASCII.tab { index += 1 }
    }
    func skipToken() -> Bool {
      let start = index
      while index < text.count, OctetClass.isToken(text[index]) { index += 1 }
      return index > start
    }
    while index < text.count {
      skipBlanks()
      guard index < text.count, text[index] == 0x3B else { return false }
      index += 1
      skipBlanks()
      guard skipToken() else { return false }
      let nameEnd = index
      skipBlanks()
      guard index < text.count, text[index] == 0x3D else {
        // The blanks belong to the next extension; at the end of the line they are an error.
        index = nameEnd
        continue
      }
      index += 1
      skipBlanks()
      guard index < text.count, text[index] == 0x22 ? skipQuotedString(text, &index) : skipToken() else {
        return false
      }
    }
    return true
  }

  private static func skipQuotedString(_ text: ByteView, _ index: inout Int) -> Bool {
    index += 1
    while index < text.count {
      let byte = text[index]
      index += 1
      switch byte {
      case 0x22: return true
      case 0x5C:
        guard index < text.count, text[index] == ASCII.tab || text[index] >= 0x20, text[index] != 0x7F else {
          return false
        }
        index += 1
      case ASCII.tab, 0x20...0x7E, 0x80...: continue
      default: return false
      }
    }
    return false
  }
}

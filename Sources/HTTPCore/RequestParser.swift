import ByteText

/// Reads one request after another from octets that arrive in any pieces.
///
/// It is given the message from its first octet each time, with whatever has come since, and goes on where it was:
/// the work is linear in the message's length even if every octet comes alone. It keeps offsets, never addresses.
package struct RequestParser: ~Copyable {
  package enum Progress: Equatable {
    case needsMore
    /// The message ends after this many octets.
    case complete(length: Int)
  }

  private enum Stage {
    case requestLine, fields, content, chunkedContent
  }

  /// Reads the exception for Qiniu's C SDK as an error too.
  private let strictFraming: Bool
  private let limits: ParserLimits
  private var stage = Stage.requestLine
  private var position = 0
  private var searched = 0
  private var fieldsStart = 0
  /// Octets that were taken out of the message: places in it are told as they were sent.
  private var released = 0
  private var decoder: ChunkedDecoder
  private var decodedContent = ByteBuffer()

  /// Whole once `awaitsContent` is true or the request is complete.
  package private(set) var head = RequestHead()

  package init(limits: ParserLimits, strictFraming: Bool = false) {
    self.limits = limits
    self.strictFraming = strictFraming
    decoder = ChunkedDecoder(limits: limits, mustBeEmpty: false)
  }

  /// The head has been read and content is still missing.
  package var awaitsContent: Bool { stage == .content || stage == .chunkedContent }

  /// What is known of the head, for the answer to a message that is not understood; nil before the request line is.
  package var headSoFar: RequestHead? { stage == .requestLine ? nil : head }

  /// Makes it ready for the next message.
  package mutating func reset() {
    stage = .requestLine
    position = 0
    searched = 0
    released = 0
    head.fields.removeAll()
    decodedContent.removeAll(keepingUpTo: 4096)
  }

  /// - Parameter message: everything from the message's first octet on; a later call may give more, never less.
  /// - Throws: `ParseError`; nothing more can be read from this connection then.
  package mutating func parse(_ message: ByteView) throws(ParseError) -> Progress {
    while true {
      switch stage {
      case .requestLine:
        guard let line = try requestLine(in: message) else { return needsMore(message) }
        if line.isEmpty { continue }
        try parseRequestLine(line, in: message)
        fieldsStart = position
        stage = .fields
      case .fields:
        let limit = LineLimit(octets: limits.headerBlock - (position - fieldsStart), reason: .headerBlockTooLarge)
        guard let line = try LineScanner.next(in: message, from: &position, searched: searched, limit: limit)
        else { return needsMore(message) }
        if line.isEmpty {
          try finishHead(in: message)
        } else {
          guard head.fields.lines.count < limits.fieldCount else {
            throw ParseError(.tooManyFields, at: Int(line.start))
          }
          let isFirst = head.fields.lines.isEmpty
          head.fields.append(try FieldLineParser.parse(line, in: message, isFirst: isFirst))
        }
      case .content:
        guard case .contentLength(let length) = head.framing else { return .complete(length: head.length) }
        guard message.count - head.length >= length else { return .needsMore }
        return .complete(length: head.length + length)
      case .chunkedContent:
        do throws(ParseError) {
          guard try decoder.decode(message, from: &position, to: &decodedContent) else { return .needsMore }
        } catch {
          throw ParseError(error.reason, at: error.offset + released)
        }
        return .complete(length: position)
      }
    }
  }

  /// The content of the message that is complete, decoded; valid until the next change of either.
  package func content(in message: ByteView) -> ByteView {
    switch head.framing {
    case .none: message.slice(head.length, head.length)
    case .contentLength(let length): message.slice(head.length, head.length + length)
    case .chunked, .chunkedDespiteZeroLength: decodedContent.view
    }
  }

  /// How many octets right behind the head have been decoded already and may be taken out of the message, so that a
  /// chunked content is not kept twice. The next `parse` expects the message without them.
  package mutating func releaseDecodedOctets() -> Int {
    guard stage == .chunkedContent else { return 0 }
    let count = position - head.length
    position = head.length
    released += count
    return count
  }

  private mutating func needsMore(_ message: ByteView) -> Progress {
    searched = message.count
    return .needsMore
  }

  private mutating func requestLine(in message: ByteView) throws(ParseError) -> ByteRange? {
    if position < message.count, message[position] != ASCII.carriageReturn, !OctetClass.isToken(message[position]) {
      throw ParseError(firstOctetFault(message[position]), at: position)
    }
    let start = position
    let limit = LineLimit(octets: limits.requestLine, reason: .requestLineTooLong)
    let line = try LineScanner.next(in: message, from: &position, searched: searched, limit: limit)
    // One empty line is skipped, for clients that send one too many after a content (section 2.2).
    if let line, line.isEmpty, start > 0 { throw ParseError(.emptyLinesBeforeRequest, at: start) }
    return line
  }

  private func firstOctetFault(_ octet: UInt8) -> ParseError.Reason {
    switch octet {
    case 0x16: .tlsHandshake
    case ASCII.lineFeed: .bareLineFeed
    default: .methodMalformed
    }
  }

  private mutating func parseRequestLine(_ line: ByteRange, in message: ByteView) throws(ParseError) {
    let text = line.view(in: message)
    let start = Int(line.start)
    if let stray = text.firstOffset(of: ASCII.carriageReturn) {
      throw ParseError(.bareCarriageReturn, at: start + stray)
    }
    guard let methodEnd = text.firstOffset(of: ASCII.space), let targetEnd = text.lastIndex(of: ASCII.space),
      targetEnd > methodEnd + 1
    else { throw ParseError(.requestLineMalformed, at: start) }
    guard OctetClass.isToken(text.slice(0, methodEnd)) else { throw ParseError(.methodMalformed, at: start) }
    head.methodName = ByteRange(start, start + methodEnd)
    head.method = Method(text.slice(0, methodEnd))
    head.minorVersion = try minorVersion(text.slice(targetEnd + 1, text.count), at: start + targetEnd + 1)
    let target = ByteRange(start + methodEnd + 1, start + targetEnd)
    head.target = try RequestTarget(target, in: message, method: head.method)
  }

  private func minorVersion(_ text: ByteView, at offset: Int) throws(ParseError) -> Int {
    guard text.count == 8, text.starts(with: "HTTP/"), ASCII.isDigit(text[5]), text[6] == 0x2E, ASCII.isDigit(text[7])
    else { throw ParseError(.versionMalformed, at: offset) }
    guard text[5] == 0x31 else { throw ParseError(.versionUnsupported, at: offset) }
    return text[7] == 0x30 ? 0 : 1
  }

  private mutating func finishHead(in message: ByteView) throws(ParseError) {
    head.length = position
    try head.settle(in: message, limits: limits, strictFraming: strictFraming)
    switch head.framing {
    case .none, .contentLength:
      stage = .content
    case .chunked, .chunkedDespiteZeroLength:
      decoder = ChunkedDecoder(limits: limits, mustBeEmpty: head.framing == .chunkedDespiteZeroLength)
      stage = .chunkedContent
    }
  }
}

import ByteText

/// Reads one answer from octets that arrive in any pieces, and passes over the interim ones before it.
///
/// Like `RequestParser` it is given the message from its first octet each time. What it is done with may be taken out of
/// the message, so that an answer of any length costs no more memory than its excerpt.
package struct ResponseParser: ~Copyable {
  package enum Progress: Equatable {
    case needsMore
    /// The answer ends after this many octets of the message.
    case complete(length: Int)
  }

  private enum Stage {
    case statusLine, fields, content, chunkedContent
  }

  private let limits: ResponseLimits
  private var stage = Stage.statusLine
  private var position = 0
  private var searched = 0
  private var headStart = 0
  /// Octets that were taken out of the message: places in it are told as they were sent.
  private var released = 0
  private var interimCount = 0
  private var statusCode = 0
  private var minorVersion = 1
  private var fields = FieldSection()
  private var decoder: ChunkedDecoder
  private var kept = ByteBuffer()

  /// Nil until the head of the final answer has been read.
  package private(set) var head: ReceivedHead?
  /// How many octets of content there have been, without their coding.
  package private(set) var contentCount = 0
  private var isComplete = false

  package init(limits: ResponseLimits) {
    self.limits = limits
    decoder = ChunkedDecoder(limits: limits.parser, mustBeEmpty: false)
  }

  /// The beginning of the content, at most `ResponseLimits.excerpt` octets; valid until the next change.
  package var excerpt: ByteView { kept.view }

  /// The answer has been read, and the connection can carry another request.
  package var keepsAlive: Bool { isComplete && head?.allowsReuse == true }

  /// How many octets at the front of the message are done with: the next `parse` expects it without them.
  package mutating func releaseOctets() -> Int {
    let count: Int
    switch stage {
    case .statusLine, .content, .chunkedContent: count = position
    // What has been found of the fields is told by its place in the message.
    case .fields: count = 0
    }
    position -= count
    searched = max(searched - count, 0)
    headStart = max(headStart - count, 0)
    released += count
    return count
  }

  /// - Parameters:
  ///   - message: everything from the first octet on that has not been taken out.
  ///   - inputEnded: nothing more will come.
  /// - Throws: `ResponseError`; if `head` is known the answer's status is.
  package mutating func parse(_ message: ByteView, inputEnded: Bool) throws(ResponseError) -> Progress {
    while true {
      switch stage {
      case .statusLine:
        headStart = position
        guard let line = try nextLine(of: message) else { return try needsMore(message, inputEnded) }
        try parseStatusLine(line.view(in: message), at: Int(line.start) + released)
        fields.removeAll()
        stage = .fields
      case .fields:
        guard let line = try nextLine(of: message) else { return try needsMore(message, inputEnded) }
        if line.isEmpty {
          try finishHead(message)
        } else {
          try parseField(line, in: message)
        }
      case .content:
        guard let length = try takeContent(message, inputEnded) else { return .needsMore }
        return complete(length)
      case .chunkedContent:
        guard try decodeChunks(message) else { return try needsMore(message, inputEnded) }
        return complete(position)
      }
    }
  }

  private mutating func complete(_ length: Int) -> Progress {
    isComplete = true
    return .complete(length: length)
  }

  private mutating func needsMore(_ message: ByteView, _ inputEnded: Bool) throws(ResponseError) -> Progress {
    searched = message.count
    guard inputEnded else { return .needsMore }
    let reason: ResponseError.Reason
    switch stage {
    case .statusLine, .fields: reason = .endedInHead
    case .content, .chunkedContent: reason = .endedInContent(received: contentCount, of: nil)
    }
    throw ResponseError(reason, at: message.count + released)
  }

  // MARK: - Head

  private mutating func nextLine(of message: ByteView) throws(ResponseError) -> ByteRange? {
    let limit = LineLimit(octets: limits.head - (position - headStart), reason: .headerBlockTooLarge)
    do throws(ParseError) {
      return try LineScanner.next(in: message, from: &position, searched: searched, limit: limit)
    } catch {
      throw ResponseError(.syntax(error.reason), at: error.offset + released)
    }
  }

  private mutating func parseStatusLine(_ line: ByteView, at offset: Int) throws(ResponseError) {
    guard line.count >= 8, line.starts(with: "HTTP/"), ASCII.isDigit(line[5]), line[6] == 0x2E, ASCII.isDigit(line[7])
    else { throw ResponseError(.statusLineMalformed, at: offset) }
    guard line[5] == 0x31 else { throw ResponseError(.versionUnsupported, at: offset) }
    minorVersion = line[7] == 0x30 ? 0 : 1
    // Many servers leave out the space behind the code when there is no reason phrase.
    guard line.count >= 12, line[8] == ASCII.space, line.slice(9, 12).allSatisfy(ASCII.isDigit),
      line.count == 12 || line[12] == ASCII.space, let code = DecimalText.parse(line.slice(9, 12))
    else { throw ResponseError(.statusLineMalformed, at: offset + 8) }
    if let stray = OctetClass.firstForbiddenInValue(line) {
      let reason: ParseError.Reason = line[stray] == ASCII.carriageReturn ? .bareCarriageReturn : .controlOctet
      throw ResponseError(.syntax(reason), at: offset + stray)
    }
    guard code >= 100 else { throw ResponseError(.statusCodeOutOfRange, at: offset + 9) }
    statusCode = Int(code)
  }

  private mutating func parseField(_ line: ByteRange, in message: ByteView) throws(ResponseError) {
    do throws(ParseError) {
      if let folded = fields.lines.last, FieldLineParser.isContinuation(line, in: message) {
        fields.replaceLast(try FieldLineParser.parse(line, in: message, continuing: folded))
      } else if fields.lines.count < limits.fieldCount {
        fields.append(try FieldLineParser.parse(line, in: message, isFirst: fields.lines.isEmpty))
      } else {
        throw ParseError(.tooManyFields, at: Int(line.start))
      }
    } catch {
      throw ResponseError(.syntax(error.reason), at: error.offset + released)
    }
  }

  private mutating func finishHead(_ message: ByteView) throws(ResponseError) {
    let offset = headStart + released
    guard statusCode >= 200 else {
      guard statusCode != 101 else { throw ResponseError(.switchesProtocols, at: offset) }
      interimCount += 1
      guard interimCount <= limits.interimAnswers else { throw ResponseError(.tooManyInterimAnswers, at: offset) }
      stage = .statusLine
      return
    }
    var head = ReceivedHead(statusCode: statusCode, minorVersion: minorVersion, framing: .none, allowsReuse: false)
    // Known even if the rest makes no sense: the status is what a receiver meant to say.
    self.head = head
    do throws(ResponseError) {
      head.framing = try ResponseFraming(of: fields, statusCode: statusCode, in: message)
    } catch {
      throw ResponseError(error.reason, at: error.offset + released)
    }
    head.allowsReuse = head.staysOpen(by: fields, in: message)
    self.head = head
    if case .contentLength(let count) = head.framing, count > limits.content {
      throw ResponseError(.contentTooLarge, at: offset)
    }
    stage = head.framing == .chunked ? .chunkedContent : .content
  }

  // MARK: - Content

  /// - Returns: where the answer ends; nil while that has not come.
  private mutating func takeContent(_ message: ByteView, _ inputEnded: Bool) throws(ResponseError) -> Int? {
    guard let framing = head?.framing else { preconditionFailure("content comes behind a head") }
    let expected: Int?
    switch framing {
    case .contentLength(let count): expected = count
    case .untilClose: expected = nil
    case .none, .chunked: expected = 0
    }
    let count = min(message.count - position, (expected ?? limits.content) - contentCount)
    keep(message.slice(position, position + count))
    position += count
    if contentCount == expected { return position }
    if expected == nil {
      guard position == message.count else { throw ResponseError(.contentTooLarge, at: position + released) }
      return inputEnded ? position : nil
    }
    guard inputEnded else { return nil }
    throw ResponseError(.endedInContent(received: contentCount, of: expected), at: position + released)
  }

  private mutating func decodeChunks(_ message: ByteView) throws(ResponseError) -> Bool {
    var decoded = ByteBuffer()
    // What comes before a fault is content all the same, however it comes.
    defer { keep(decoded.view) }
    do throws(ParseError) {
      return try decoder.decode(message, from: &position, to: &decoded)
    } catch {
      let reason: ResponseError.Reason = error.reason == .contentTooLarge ? .contentTooLarge : .syntax(error.reason)
      throw ResponseError(reason, at: error.offset + released)
    }
  }

  private mutating func keep(_ bytes: ByteView) {
    contentCount += bytes.count
    let room = max(limits.excerpt - kept.count, 0)
    kept.append(bytes.slice(0, min(bytes.count, room)))
  }
}

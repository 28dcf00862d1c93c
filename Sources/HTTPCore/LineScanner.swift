import ByteText

/// How long a line may be, its CRLF included, and what is said of a longer one.
struct LineLimit {
  var octets: Int
  var reason: ParseError.Reason
}

/// Cuts a message into lines that end in CRLF; LF alone never ends one (RFC 9112, section 2.2).
enum LineScanner {
  /// The line that begins at `position`, without its CRLF; `position` moves behind it. Nil while its end is missing.
  /// - Parameter searched: octets up to here are known to hold no LF.
  static func next(
    in message: ByteView, from position: inout Int, searched: Int = 0, limit: LineLimit
  ) throws(ParseError) -> ByteRange? {
    guard let lineFeed = message.firstOffset(of: ASCII.lineFeed, from: max(position, searched)) else {
      if message.count - position > limit.octets { throw ParseError(limit.reason, at: position) }
      return nil
    }
    // The limit comes first, so that the verdict is the same however the octets arrive.
    if lineFeed + 1 - position > limit.octets { throw ParseError(limit.reason, at: position) }
    guard lineFeed > position, message[lineFeed - 1] == ASCII.carriageReturn else {
      throw ParseError(.bareLineFeed, at: lineFeed)
    }
    let line = ByteRange(position, lineFeed - 1)
    position = lineFeed + 1
    return line
  }
}

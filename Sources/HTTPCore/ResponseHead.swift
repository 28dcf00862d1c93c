import ByteText

/// An answer's status line and fields, as they go on the wire.
package struct ResponseHead {
  package var status: StatusCode
  /// The connection ends with this answer.
  package var closes: Bool
  /// The request came in HTTP/1.0 and the connection stays open: that has to be said (RFC 9112, section 9.3).
  package var confirmsKeepAlive: Bool

  package init(status: StatusCode, closes: Bool, confirmsKeepAlive: Bool = false) {
    self.status = status
    self.closes = closes
    self.confirmsKeepAlive = confirmsKeepAlive
  }

  /// Writes everything up to the empty line.
  /// - Parameters:
  ///   - date: an IMF-fixdate.
  ///   - contentLength: what Content-Length says; left out where the status forbids content. Nil if nobody knows yet:
  ///     then `fields` says that the content is chunked, or it ends with the connection (RFC 9112, section 6.3).
  ///   - fields: writes further field lines, each with its CRLF.
  package func write(
    to buffer: inout ByteBuffer, date: ByteView, contentLength: Int?, fields: (inout ByteBuffer) -> Void
  ) {
    // Always our own version: an HTTP/1.0 client understands it (RFC 9110, section 6.2).
    if status.code == 200 {
      // The usual one in one piece.
      buffer.append("HTTP/1.1 200 OK\r\nDate: ")
    } else {
      buffer.append("HTTP/1.1 ")
      buffer.append(decimal: UInt64(status.code))
      buffer.append(byte: ASCII.space)
      buffer.append(status.reasonPhrase)
      buffer.append("\r\nDate: ")
    }
    buffer.append(date)
    buffer.append("\r\n")
    if !status.forbidsContent {
      if let contentLength {
        buffer.append("Content-Length: ")
        buffer.append(decimal: UInt64(contentLength))
        buffer.append("\r\n")
      }
    } else if status.code == 205 {
      // Of those without content the only one that has to say so (RFC 9110, section 15.3.6).
      buffer.append("Content-Length: 0\r\n")
    }
    fields(&buffer)
    if closes {
      buffer.append("Connection: close\r\n")
    } else if confirmsKeepAlive {
      buffer.append("Connection: keep-alive\r\n")
    }
    buffer.append("\r\n")
  }
}

import ByteText
import HTTPCore

/// The beginning of a request, with the parser that has read it so far.
final class PartialInput {
  var buffer: ByteBuffer
  var parser: RequestParser
  /// `100 Continue` has been sent for this request.
  var hasContinued = false

  init(_ bytes: ByteView, parser: consuming RequestParser) {
    buffer = ByteBuffer(capacity: bytes.count)
    buffer.append(bytes)
    self.parser = parser
  }

  /// All there is may be the empty line that some clients send behind a content; it begins no request (RFC 9112,
  /// section 2.2).
  var holdsEmptyLine: Bool { buffer.view.equals("\r\n") || buffer.view.equals("\r") }

  /// Drops requests that have been answered.
  func consumed(_ count: Int) {
    guard count > 0 else { return }
    buffer.remove(0, count)
    hasContinued = false
  }

  /// Keeps a chunked content in one form only.
  func releaseDecodedOctets() {
    let count = parser.releaseDecodedOctets()
    let start = parser.head.length
    if count > 0 { buffer.remove(start, start + count) }
  }
}

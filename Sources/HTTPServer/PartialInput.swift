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

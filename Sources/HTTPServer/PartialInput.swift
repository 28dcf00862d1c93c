import ByteText
import HTTPCore

/// The beginning of a request, with the parser that has read it so far.
final class PartialInput {
  var buffer: ByteBuffer
  var parser: RequestParser
  /// `100 Continue` has been sent for this request.
  var hasContinued = false
  /// When the first octet was read that is here, and the last. Nanoseconds of the monotonic clock.
  private(set) var firstOctet: Int64
  private(set) var lastOctet: Int64

  init(_ bytes: ByteView, parser: consuming RequestParser, at time: Int64) {
    buffer = ByteBuffer(capacity: bytes.count)
    buffer.append(bytes)
    self.parser = parser
    firstOctet = time
    lastOctet = time
  }

  /// All there is may be the empty line that some clients send behind a content; it begins no request (RFC 9112,
  /// section 2.2).
  var holdsEmptyLine: Bool { buffer.view.equals("\r\n") || buffer.view.equals("\r") }

  func append(_ bytes: ByteView, at time: Int64) {
    buffer.append(bytes)
    lastOctet = time
  }

  /// Drops requests that have been answered.
  func consumed(_ count: Int) {
    guard count > 0 else { return }
    buffer.remove(0, count)
    hasContinued = false
    firstOctet = lastOctet
  }

  /// Keeps a chunked content in one form only.
  func releaseDecodedOctets() {
    let count = parser.releaseDecodedOctets()
    let start = parser.head.length
    if count > 0 { buffer.remove(start, start + count) }
  }
}

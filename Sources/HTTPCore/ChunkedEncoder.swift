import ByteText

/// Writes content whose length nobody knows yet in chunks (RFC 9112, section 7.1), without extensions and trailers.
package enum ChunkedEncoder {
  /// What goes behind the last chunk.
  package static let end: StaticString = "0\r\n\r\n"

  /// One chunk; of nothing there is none, as an empty one would be the end.
  package static func append(_ bytes: ByteView, to buffer: inout ByteBuffer) {
    guard !bytes.isEmpty else { return }
    buffer.append(text: String(bytes.count, radix: 16))
    buffer.append("\r\n")
    buffer.append(bytes)
    buffer.append("\r\n")
  }
}

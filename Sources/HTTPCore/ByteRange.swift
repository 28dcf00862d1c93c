import ByteText

/// A part of a message, as offsets from the message's first byte: stays valid while the bytes move.
package struct ByteRange: Equatable, Sendable {
  package var start: UInt32
  package var end: UInt32

  package init(_ start: Int, _ end: Int) {
    self.start = UInt32(truncatingIfNeeded: start)
    self.end = UInt32(truncatingIfNeeded: end)
  }

  package var isEmpty: Bool { start == end }
  package var count: Int { Int(end) - Int(start) }

  /// The part's bytes, given the message's.
  package func view(in message: ByteView) -> ByteView {
    message.slice(Int(start), Int(end))
  }
}

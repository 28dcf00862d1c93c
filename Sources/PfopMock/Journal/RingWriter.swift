import ByteText

/// Fills a stretch of a ring.
struct RingWriter {
  let room: UnsafeMutableRawBufferPointer
  /// How many bytes have been written.
  private(set) var count = 0

  init(room: UnsafeMutableRawBufferPointer) { self.room = room }

  /// Writes the first `more` of `bytes`.
  mutating func append(_ bytes: ByteView, upTo more: Int) {
    guard more > 0, let target = room.baseAddress, let source = bytes.baseAddress else { return }
    precondition(count + more <= room.count)
    (target + count).copyMemory(from: source, byteCount: more)
    count += more
  }
}

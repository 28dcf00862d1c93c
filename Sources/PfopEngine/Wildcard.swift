import ByteText

/// A pattern on bytes: `*` stands for any run of bytes, also an empty one; `\*` and `\\` stand for `*` and `\`.
package struct Wildcard: Sendable, Equatable {
  /// As written.
  package let pattern: String
  /// What stands between the stars, without escapes. One segment means that there is no star.
  let segments: [[UInt8]]

  /// Nil if a `\` stands before anything but `*` and `\`.
  package init?(_ pattern: String) {
    var segments: [[UInt8]] = [[]]
    var bytes = pattern.utf8.makeIterator()
    while let byte = bytes.next() {
      switch byte {
      case 0x2A:
        // Stars in a row are one star.
        if segments.count == 1 || segments[segments.count - 1].count > 0 { segments.append([]) }
      case 0x5C:
        guard let escaped = bytes.next(), escaped == 0x2A || escaped == 0x5C else { return nil }
        segments[segments.count - 1].append(escaped)
      default: segments[segments.count - 1].append(byte)
      }
    }
    self.pattern = pattern
    self.segments = segments
  }

  /// The one name that matches; nil if there is a star.
  package var exactName: [UInt8]? { segments.count == 1 ? segments[0] : nil }

  /// True if the whole of `text` matches.
  ///
  /// Each segment is taken where it first occurs: with only `*` to stand between segments, going back can not help.
  package func matches(_ text: ByteView) -> Bool {
    // By their spans: a subscript of the array counts a reference.
    let segments = segments.span
    let last = segments.count - 1
    let firstCount = segments[0].count
    guard last > 0 else { return text.count == firstCount && text.holds(segments[0].span, at: 0) }
    let end = text.count - segments[last].count
    guard firstCount <= end, text.holds(segments[0].span, at: 0), text.holds(segments[last].span, at: end)
    else { return false }
    var position = firstCount
    for index in 1..<last {
      guard let found = text.firstOffset(of: segments[index].span, from: position, to: end) else { return false }
      position = found + segments[index].count
    }
    return true
  }
}

extension ByteView {
  /// True if `bytes` stand at `offset`, where there must be room for them.
  fileprivate func holds(_ bytes: Span<UInt8>, at offset: Int) -> Bool {
    bytes.withUnsafeBytes { slice(offset, offset + $0.count).equals($0) }
  }

  /// Where `bytes`, of which there is at least one, first occur between the offsets `start` and `end`.
  fileprivate func firstOffset(of bytes: Span<UInt8>, from start: Int, to end: Int) -> Int? {
    var position = start
    while let found = firstOffset(of: bytes[0], from: position), found + bytes.count <= end {
      if holds(bytes, at: found) { return found }
      position = found + 1
    }
    return nil
  }
}

import Glibc

/// Bytes that somebody else owns, valid only while the call that hands them over runs.
///
/// The request path works on views instead of arrays: nothing is copied or counted per byte.
@usableFromInline
package typealias ByteView = UnsafeRawBufferPointer

extension ByteView {
  /// True if both hold the same bytes.
  @inlinable
  package func equals(_ other: ByteView) -> Bool {
    guard count == other.count else { return false }
    guard let base = baseAddress, let otherBase = other.baseAddress else { return isEmpty }
    return memcmp(base, otherBase, count) == 0
  }

  /// True if this holds exactly the bytes of `text`.
  @inlinable
  package func equals(_ text: StaticString) -> Bool {
    equals(ByteView(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// True if this holds `text`, with ASCII letters in either case. `lowercaseText` must be in lower case.
  @inlinable
  package func equalsIgnoringCase(_ lowercaseText: StaticString) -> Bool {
    equalsIgnoringCase(ByteView(start: lowercaseText.utf8Start, count: lowercaseText.utf8CodeUnitCount))
  }

  /// True if this holds the bytes of `lowercase`, with ASCII letters in either case; those of `lowercase` are in lower.
  @inlinable
  package func equalsIgnoringCase(_ lowercase: ByteView) -> Bool {
    guard count == lowercase.count else { return false }
    var index = 0
    while index + 8 <= count {
      let word = loadUnaligned(fromByteOffset: index, as: UInt64.self)
      let other = lowercase.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      guard (word ^ other) & ~ByteView.caseBits(of: other) == 0 else { return false }
      index += 8
    }
    while index < count {
      guard ASCII.lowercased(self[index]) == lowercase[index] else { return false }
      index += 1
    }
    return true
  }

  /// Where eight bytes are letters in lower case, the bit that tells them from those in upper case.
  @usableFromInline
  static func caseBits(of word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let plain = word & (0x7F * ones)
    // In each byte on its own: the top bit says "at least a", and "more than z". Bytes beyond ASCII are no letters.
    let letters = (plain &+ (0x80 - 0x61) * ones) & ~(plain &+ (0x80 - 0x7B) * ones) & ~word & (0x80 * ones)
    return letters >> 2
  }

  /// True if this begins with the bytes of `text`.
  @inlinable
  package func starts(with text: StaticString) -> Bool {
    guard let base = baseAddress, count >= text.utf8CodeUnitCount else { return false }
    return memcmp(base, text.utf8Start, text.utf8CodeUnitCount) == 0
  }

  /// The view of a part of these bytes; offsets count from the start of this view.
  @inlinable
  package func slice(_ start: Int, _ end: Int) -> ByteView {
    ByteView(rebasing: self[start..<end])
  }

  /// The offset of the first `byte` at or after `start`.
  @inlinable
  package func firstOffset(of byte: UInt8, from start: Int = 0) -> Int? {
    guard start < count, let base = baseAddress else { return nil }
    guard let found = memchr(base + start, Int32(byte), count - start) else { return nil }
    return UnsafeRawPointer(found) - base
  }
}

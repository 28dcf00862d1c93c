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
    guard count == lowercaseText.utf8CodeUnitCount else { return false }
    for index in 0..<count where ASCII.lowercased(self[index]) != lowercaseText.utf8Start[index] {
      return false
    }
    return true
  }

  /// True if this holds the bytes of `lowercase`, with ASCII letters in either case; those of `lowercase` are in lower.
  @inlinable
  package func equalsIgnoringCase(_ lowercase: ByteView) -> Bool {
    guard count == lowercase.count else { return false }
    for index in 0..<count where ASCII.lowercased(self[index]) != lowercase[index] { return false }
    return true
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

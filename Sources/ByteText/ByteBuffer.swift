import Glibc

/// Bytes that grow at the end: what was read and waits, or what waits to be written.
///
/// It owns its storage alone and keeps it when it is emptied, so that a buffer in steady use allocates nothing.
@usableFromInline
package struct ByteBuffer: ~Copyable {
  @usableFromInline var storage: UnsafeMutableRawPointer
  @usableFromInline var used = 0
  @usableFromInline var capacity: Int

  package init(capacity: Int = 256) {
    self.capacity = max(capacity, 16)
    storage = .allocate(byteCount: self.capacity, alignment: 16)
  }

  deinit { storage.deallocate() }

  @inlinable package var count: Int { used }
  @inlinable package var isEmpty: Bool { used == 0 }

  /// The bytes, valid until the next change of the buffer.
  @inlinable package var view: ByteView { ByteView(start: storage, count: used) }

  @inlinable
  package mutating func append(_ bytes: ByteView) {
    guard let source = bytes.baseAddress, !bytes.isEmpty else { return }
    reserve(bytes.count)
    memcpy(storage + used, source, bytes.count)
    used += bytes.count
  }

  @inlinable
  package mutating func append(_ text: StaticString) {
    append(ByteView(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  @inlinable
  package mutating func append(byte: UInt8) {
    reserve(1)
    storage.storeBytes(of: byte, toByteOffset: used, as: UInt8.self)
    used += 1
  }

  /// Appends the UTF-8 of `text`.
  package mutating func append(text: String) {
    var text = text
    text.withUTF8 { append(ByteView($0)) }
  }

  @inlinable
  package mutating func append(decimal value: UInt64) {
    reserve(20)
    var rest = value
    var length = 0
    repeat {
      length += 1
      rest /= 10
    } while rest != 0
    rest = value
    for position in stride(from: used + length - 1, through: used, by: -1) {
      storage.storeBytes(of: UInt8(truncatingIfNeeded: rest % 10) &+ 0x30, toByteOffset: position, as: UInt8.self)
      rest /= 10
    }
    used += length
  }

  /// Makes room for `count` more bytes and hands it to `fill`, which returns how many it wrote.
  @inlinable
  package mutating func append<Failure: Error>(
    upTo count: Int, _ fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  ) throws(Failure) {
    reserve(count)
    used += try fill(UnsafeMutableRawBufferPointer(start: storage + used, count: count))
  }

  /// Drops the bytes from offset `start` up to `end`; those behind move up.
  @inlinable
  package mutating func remove(_ start: Int, _ end: Int) {
    precondition(start <= end && end <= used)
    memmove(storage + start, storage + end, used - end)
    used -= end - start
  }

  /// Empties the buffer and keeps its storage, unless that is larger than `limit`.
  @inlinable
  package mutating func removeAll(keepingUpTo limit: Int = .max) {
    used = 0
    if capacity > limit { resize(to: limit) }
  }

  @inlinable
  mutating func reserve(_ count: Int) {
    if capacity - used < count { resize(to: max(capacity * 2, used + count)) }
  }

  @usableFromInline
  mutating func resize(to newCapacity: Int) {
    let newStorage = UnsafeMutableRawPointer.allocate(byteCount: newCapacity, alignment: 16)
    memcpy(newStorage, storage, used)
    storage.deallocate()
    storage = newStorage
    capacity = newCapacity
  }
}

/// Plain values in a row, which keep their storage when they are removed: adding one and removing all cost next to nothing,
/// which is not so with arrays.
@usableFromInline
package struct FlatList<Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline var storage: UnsafeMutablePointer<Element>
  @usableFromInline var capacity: Int
  @usableFromInline var used = 0

  package init(capacity: Int = 16) {
    self.capacity = max(capacity, 1)
    storage = .allocate(capacity: self.capacity)
  }

  deinit { storage.deallocate() }

  @inlinable package var count: Int { used }

  @inlinable
  package subscript(index: Int) -> Element {
    precondition(index >= 0 && index < used)
    return storage[index]
  }

  @inlinable
  package mutating func append(_ element: Element) {
    if used == capacity { grow() }
    (storage + used).initialize(to: element)
    used += 1
  }

  @inlinable package mutating func removeAll() { used = 0 }

  /// Those behind it move up.
  package mutating func remove(at index: Int) {
    precondition(index >= 0 && index < used)
    (storage + index).update(from: storage + index + 1, count: used - index - 1)
    used -= 1
  }

  @usableFromInline
  mutating func grow() {
    let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
    larger.initialize(from: storage, count: used)
    storage.deallocate()
    storage = larger
    capacity *= 2
  }
}

import ByteText

/// Names and the order in which they came: looks up as fast with 100,000 names as with one, and without allocating.
///
/// Open addressing with linear probing; the names lie one behind the other in one block.
struct ByteTable: Sendable {
  private var text: [UInt8] = []
  /// Where each name ends in `text`; it starts where the one before it ends.
  private var ends: [Int] = []
  /// Indices of names plus one, 0 for a free slot. Its count is a power of two, at most three quarters are taken.
  private var slots: [Int32] = Array(repeating: 0, count: 4)

  var count: Int { ends.count }
  var indices: Range<Int> { 0..<count }

  /// What it takes in memory.
  var octets: Int {
    text.capacity + ends.capacity * MemoryLayout<Int>.stride + slots.count * MemoryLayout<Int32>.stride
  }

  static func hash(_ name: ByteView) -> Int { ByteHash.of(name) }

  /// The index of `name`, counted in the order of insertion; nil if it is not here.
  func index(of name: ByteView) -> Int? { count == 0 ? nil : index(of: name, hash: Self.hash(name)) }

  /// - Parameter hash: what `hash(_:)` says of `name`.
  func index(of name: ByteView, hash: Int) -> Int? {
    let (slots, ends) = (slots.span, ends.span)
    var slot = hash & (slots.count - 1)
    while slots[slot] != 0 {
      let index = Int(slots[slot]) - 1
      let start = index == 0 ? 0 : ends[index - 1]
      if text.span.extracting(start..<ends[index]).withUnsafeBytes({ $0.equals(name) }) { return index }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// Inserts `name` unless it is here already; returns its index.
  @discardableResult
  mutating func insert(_ name: ByteView) -> Int { insert(name, hash: Self.hash(name)) }

  @discardableResult
  mutating func insert(_ name: ByteView, hash: Int) -> Int {
    if let index = index(of: name, hash: hash) { return index }
    if (count + 1) * 4 > slots.count * 3 { growSlots() }
    text.append(contentsOf: name)
    ends.append(text.count)
    occupy(hash, with: count - 1)
    return count - 1
  }

  /// The name at that index, as text.
  func name(_ index: Int) -> String { String(decoding: text[start(index)..<ends[index]], as: UTF8.self) }

  func octets(_ index: Int) -> [UInt8] { Array(text[start(index)..<ends[index]]) }

  /// Removes the names that begin with `prefix`; the others' indices change.
  mutating func removeAll(beginningWith prefix: ByteView) {
    var rest = ByteTable()
    text.withUnsafeBytes { all in
      for index in ends.indices {
        let name = all.slice(start(index), ends[index])
        if name.count < prefix.count || !name.slice(0, prefix.count).equals(prefix) { rest.insert(name) }
      }
    }
    if rest.count < count { self = rest }
  }

  private func start(_ index: Int) -> Int { index == 0 ? 0 : ends[index - 1] }

  private mutating func occupy(_ hash: Int, with index: Int) {
    var slot = hash & (slots.count - 1)
    while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = Int32(index + 1)
  }

  private mutating func growSlots() {
    slots = Array(repeating: 0, count: slots.count * 2)
    for index in ends.indices {
      let hash = text.withUnsafeBytes { Self.hash($0.slice(start(index), ends[index])) }
      occupy(hash, with: index)
    }
  }
}

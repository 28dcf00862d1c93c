import ByteText

/// Values by byte strings, in the order in which they came. Copies share what none of them changes: see `Blocks`.
///
/// Open addressing with linear probing, at most half full.
struct ByteMap<Value: Sendable>: Sendable {
  private struct Entry: Sendable {
    var key: [UInt8]
    var hash: Int
    var value: Value
  }

  /// Nil for those that were removed.
  private var entries = Blocks<Entry?>(length: 64)
  /// Indices of entries plus one; 0 for a slot that is free, −1 for one that is free again.
  private var slots = Blocks<Int32>(repeating: 0, count: 4, length: 4)
  /// Slots that are not 0.
  private var takenCount = 0
  /// How many entries there are, without those that were removed.
  private(set) var count = 0

  /// The entries, those that were removed among them.
  var indices: Range<Int> { 0..<entries.count }

  /// Nil if it was removed.
  subscript(index: Int) -> Value? { entries.with(index) { $0?.value } }

  /// What `body` makes of a value, which is not copied; nil if it was removed.
  func with<Result>(_ index: Int, _ body: (Value) -> Result) -> Result? {
    entries.with(index) { entry in entry.map { body($0.value) } }
  }

  /// The index of the first entry with that key; nil if there is none.
  func index(of key: ByteView) -> Int? {
    let hash = ByteHash.of(key)
    var slot = hash & (slots.count - 1)
    while case let number = slots.with(slot, { $0 }), number != 0 {
      if number > 0, isEntry(Int(number) - 1, key, hash) { return Int(number) - 1 }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  private func isEntry(_ index: Int, _ key: ByteView, _ hash: Int) -> Bool {
    entries.with(index) { entry in
      guard entry?.hash == hash else { return false }
      return entry?.key.withUnsafeBytes { $0.equals(key) } == true
    }
  }

  /// Adds an entry behind all others. One whose key is there already, or empty, is found by its index alone.
  mutating func append(_ key: [UInt8], _ value: Value) {
    if (takenCount + 1) * 2 > slots.count { rebuild() }
    let hash = key.withUnsafeBytes { ByteHash.of($0) }
    let isFound = !key.isEmpty && key.withUnsafeBytes { index(of: $0) } == nil
    entries.append(Entry(key: key, hash: hash, value: value))
    count += 1
    if isFound { occupy(hash, with: entries.count - 1) }
  }

  mutating func replace(_ index: Int, with value: Value) { entries[index]?.value = value }

  /// Removes the first entry with that key. The others may have other indices afterwards.
  /// - Returns: false if there is none.
  @discardableResult
  mutating func remove(_ key: ByteView) -> Bool {
    let hash = ByteHash.of(key)
    guard let index = index(of: key) else { return false }
    var slot = hash & (slots.count - 1)
    while slots[slot] != Int32(index + 1) { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = -1
    entries[index] = nil
    count -= 1
    // Twice what is left: so a rebuild costs each removal a constant share.
    if entries.count > 2 * count + 64 { rebuild() }
    return true
  }

  /// Drops what was removed, with room for as many again.
  private mutating func rebuild() {
    let old = entries
    var size = 8
    while size < (count + 1) * 4 { size *= 2 }
    entries = Blocks(length: 64)
    slots = Blocks(repeating: 0, count: size, length: min(size, 512))
    takenCount = 0
    for index in 0..<old.count {
      guard let entry = old[index] else { continue }
      let isFound = !entry.key.isEmpty && entry.key.withUnsafeBytes { self.index(of: $0) } == nil
      entries.append(entry)
      if isFound { occupy(entry.hash, with: entries.count - 1) }
    }
  }

  private mutating func occupy(_ hash: Int, with index: Int) {
    var slot = hash & (slots.count - 1)
    while slots[slot] > 0 { slot = (slot + 1) & (slots.count - 1) }
    if slots[slot] == 0 { takenCount += 1 }
    slots[slot] = Int32(index + 1)
  }
}

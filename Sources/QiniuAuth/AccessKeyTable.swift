import ByteText

/// Finds an account by the bytes of its access key, without allocating.
struct AccessKeyTable {
  /// Open addressing, at most half full: an account's index, or -1.
  private var slots: [Int32]
  /// All access keys end to end; `ends` says where each stops.
  private var octets: [UInt8] = []
  private var ends: [Int] = []

  /// An empty key gets no slot; of equal ones, the first is found.
  init(_ accessKeys: [String]) {
    var size = 2
    while size < accessKeys.count * 2 { size *= 2 }
    slots = Array(repeating: -1, count: size)
    for (index, accessKey) in accessKeys.enumerated() {
      let key = Array(accessKey.utf8)
      octets += key
      ends.append(octets.count)
      let (free, isTaken) = key.withUnsafeBytes { slot(for: $0) }
      if !isTaken, !key.isEmpty { slots[free] = Int32(index) }
    }
  }

  func index(of key: ByteView) -> Int? {
    let (found, isTaken) = slot(for: key)
    return isTaken ? Int(slots[found]) : nil
  }

  /// The slot that holds `key`, or the free one where it belongs.
  private func slot(for key: ByteView) -> (Int, isTaken: Bool) {
    let mask = slots.count - 1
    var slot = ByteHash.of(key) & mask
    while slots[slot] >= 0 {
      let index = Int(slots[slot])
      let start = index == 0 ? 0 : ends[index - 1]
      if octets.withUnsafeBytes({ $0.slice(start, ends[index]).equals(key) }) { return (slot, true) }
      slot = (slot + 1) & mask
    }
    return (slot, false)
  }
}

import ByteText

/// How often each content has come: what SDKs send again is the same, octet by octet.
///
/// About the last `limit` contents are remembered, or as many as half of `share` has room for, and never more than twice
/// as many.
struct AttemptCounts: Sendable {
  private var young: [UInt64: Int] = [:]
  private var old: [UInt64: Int] = [:]
  private let limit: Int

  /// How many contents have been forgotten to make room. Some of them had come anew meanwhile.
  var evictedCount = 0

  /// What one takes in a dictionary that is half empty.
  private static let octetsEach = 48

  /// - Parameter share: in octets.
  init(limit: Int = 100_000, share: Int = .max) { self.limit = min(limit, share / 2 / Self.octetsEach) }

  /// What all of it takes.
  var octets: Int { (young.count + old.count) * Self.octetsEach }

  /// The same without having any.
  func emptied() -> AttemptCounts {
    var empty = self
    empty.young = [:]
    empty.old = [:]
    return empty
  }

  /// Counts one more.
  /// - Returns: how many there have been, this one included.
  mutating func count(_ content: ByteView, path: ByteView) -> Int {
    let hash = AttemptCounts.hash(content, path)
    let count = (young[hash] ?? old[hash] ?? 0).countedOn
    set(count, for: hash)
    return count
  }

  /// All that are remembered, the older ones first.
  var rows: [(hash: UInt64, count: Int)] {
    [old.filter { young[$0.key] == nil }, young].flatMap { generation in
      generation.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
  }

  mutating func set(_ count: Int, for hash: UInt64) {
    if young.count >= limit, young[hash] == nil {
      evictedCount += old.count
      old = young
      young = [:]
    }
    young[hash] = count
  }

  /// The same in every process, unlike the standard library's: what is counted here outlives this one. Eight octets at a
  /// time are mixed in; whoever makes up contents that collide spoils his own counts.
  private static func octetHash(_ bytes: ByteView, _ seed: UInt64) -> UInt64 {
    var hash = seed ^ UInt64(bytes.count) &* 0x9E37_79B9_7F4A_7C15
    var position = 0
    while position < bytes.count {
      var word: UInt64 = 0
      let end = min(position + 8, bytes.count)
      if end - position == 8 {
        word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
      } else {
        for index in position..<end { word = word << 8 | UInt64(bytes[index]) }
      }
      hash = (hash ^ word) &* 0xBF58_476D_1CE4_E5B9
      hash ^= hash >> 29
      position = end
    }
    hash = (hash ^ hash >> 30) &* 0x94D0_49BB_1331_11EB
    return hash ^ hash >> 31
  }

  /// What `count` would return, without counting.
  func next(_ content: ByteView, path: ByteView) -> Int {
    let hash = Self.hash(content, path)
    return (young[hash] ?? old[hash] ?? 0).countedOn
  }

  private static func hash(_ content: ByteView, _ path: ByteView) -> UInt64 { octetHash(content, octetHash(path, 0)) }
}

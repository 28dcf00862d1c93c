import ByteText

/// The keys that finished jobs and uploads made, as `bucket:key`.
///
/// About the newest `limit` are remembered, and never more than twice as many: a shard has two generations, and when the
/// young one is full it takes the place of the old one. Sharding keeps the longest pause for growth to a 64th. When all
/// young ones together take half of `share`, they all do.
struct CreatedKeys: Sendable {
  static let shardCount = 64
  /// Fewer would forget too early, as names spread unevenly.
  private static let minimumShardLimit = 1024

  struct Shard {
    var young = ByteTable()
    var old = ByteTable()
  }

  private(set) var shards: [Shard] = Array(repeating: Shard(), count: shardCount)
  private let shardLimit: Int
  /// What a generation of all shards may take, in octets; and what they do take.
  private let generationShare: Int
  private var youngOctets = Self.emptyOctets
  private var oldOctets = Self.emptyOctets
  /// How many have been forgotten to make room. Some of them had been made anew meanwhile.
  var evictedCount = 0

  private static let emptyOctets = shardCount * ByteTable().octets

  init(limit: Int, share: Int = .max) {
    shardLimit = max(limit / Self.shardCount, Self.minimumShardLimit)
    generationShare = share / 2
  }

  /// What all of it takes.
  var octets: Int { youngOctets + oldOctets }

  /// The same without having any.
  func emptied() -> CreatedKeys {
    var empty = self
    empty.shards = Array(repeating: Shard(), count: Self.shardCount)
    empty.youngOctets = Self.emptyOctets
    empty.oldOctets = Self.emptyOctets
    return empty
  }

  /// - Parameter entry: `bucket:key`.
  func contains(_ entry: ByteView) -> Bool {
    let hash = ByteTable.hash(entry)
    let shard = Self.shard(hash)
    return shards[shard].young.index(of: entry, hash: hash) != nil
      || shards[shard].old.index(of: entry, hash: hash) != nil
  }

  /// The same without the entry being written out. A bucket whose name holds a colon can not be saved to.
  func contains(bucket: ByteView, key: ByteView) -> Bool {
    guard bucket.firstOffset(of: 0x3A) == nil else { return false }
    return withUnsafeTemporaryAllocation(byteCount: bucket.count + 1 + key.count, alignment: 1) { entry in
      entry.copyMemory(from: bucket)
      entry[bucket.count] = 0x3A
      UnsafeMutableRawBufferPointer(rebasing: entry[(bucket.count + 1)...]).copyMemory(from: key)
      return contains(ByteView(entry))
    }
  }

  mutating func insert(_ entry: ByteView) {
    guard entry.count <= generationShare else {
      evictedCount += 1
      return
    }
    let hash = ByteTable.hash(entry)
    let shard = Self.shard(hash)
    if shards[shard].young.count >= shardLimit { rotate(shard) }
    let before = shards[shard].young.octets
    shards[shard].young.insert(entry, hash: hash)
    youngOctets += shards[shard].young.octets - before
    if youngOctets > generationShare { for shard in shards.indices { rotate(shard) } }
  }

  private mutating func rotate(_ shard: Int) {
    let (young, old) = (shards[shard].young.octets, shards[shard].old.octets)
    evictedCount += shards[shard].old.count
    shards[shard].old = shards[shard].young
    shards[shard].young = ByteTable()
    youngOctets += shards[shard].young.octets - young
    oldOctets += young - old
  }

  /// How much one of the shards remembers.
  func count(ofShard index: Int) -> Int { shards[index].old.count + shards[index].young.count }

  /// - Parameter place: counts what the shard remembers, the older ones first.
  func entry(ofShard index: Int, at place: Int) -> [UInt8] {
    let oldCount = shards[index].old.count
    return place < oldCount ? shards[index].old.octets(place) : shards[index].young.octets(place - oldCount)
  }

  /// Forgets the keys of one bucket.
  mutating func removeAll(of bucket: ByteView) {
    let prefix = Array(bucket) + [0x3A]
    prefix.withUnsafeBytes { prefix in
      for index in shards.indices {
        shards[index].young.removeAll(beginningWith: prefix)
        shards[index].old.removeAll(beginningWith: prefix)
      }
    }
    youngOctets = shards.reduce(0) { $0 + $1.young.octets }
    oldOctets = shards.reduce(0) { $0 + $1.old.octets }
  }

  /// The high bits, as the tables use the low ones.
  private static func shard(_ hash: Int) -> Int { Int(UInt(bitPattern: hash) >> (UInt.bitWidth - 6)) }
}

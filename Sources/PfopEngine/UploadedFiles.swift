import ByteText

/// What is told of a file.
package struct FileFacts: Sendable, Equatable {
  /// In bytes.
  package var size: Int64
  /// A Qiniu etag.
  package var hash: String
  package var mimeType: String
  /// In units of 100 nanoseconds since 1970-01-01T00:00:00Z.
  package var putTime: Int64
}

/// The facts about uploaded files, as `bucket:key`; contents are not kept. That a key exists is for `CreatedKeys` to know,
/// and what is forgotten here has made-up facts from then on.
///
/// About the newest `limit` are remembered, and never more than twice as many nor more than `share` octets: see
/// `CreatedKeys`.
struct UploadedFiles: Sendable {
  /// Facts about longer entries are not kept, so that memory is bounded.
  private static let maximumEntryLength = 1024
  private static let maximumCount = 16_384

  private(set) var young: [[UInt8]: FileFacts] = [:]
  private(set) var old: [[UInt8]: FileFacts] = [:]
  private let limit: Int
  /// What a generation may take, in octets; and what each does take.
  private let generationShare: Int
  private var youngOctets = 0
  private var oldOctets = 0
  /// How many have been forgotten to make room. Some of them had been told anew meanwhile.
  var evictedCount = 0

  init(limit: Int, share: Int = .max) {
    self.limit = min(limit, Self.maximumCount)
    generationShare = share / 2
  }

  /// What all of it takes.
  var octets: Int { youngOctets + oldOctets }

  /// The same without having any.
  func emptied() -> UploadedFiles {
    var empty = self
    empty.removeAll { _ in true }
    return empty
  }

  var isEmpty: Bool { young.isEmpty && old.isEmpty }

  /// All that is remembered, the older ones first.
  var all: [(entry: [UInt8], facts: FileFacts)] {
    [old.filter { young[$0.key] == nil }, young].flatMap { generation in
      generation.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { ($0.key, $0.value) }
    }
  }

  subscript(entry: [UInt8]) -> FileFacts? { young[entry] ?? old[entry] }

  mutating func insert(_ entry: [UInt8], _ facts: FileFacts) {
    let octets = Self.octets(entry, facts)
    guard entry.count <= Self.maximumEntryLength, octets <= generationShare else { return remove(entry) }
    if young.count >= limit || youngOctets + octets > generationShare {
      evictedCount += old.count
      old = young
      oldOctets = youngOctets
      young = [:]
      youngOctets = 0
    }
    youngOctets += octets - (young.updateValue(facts, forKey: entry).map { Self.octets(entry, $0) } ?? 0)
  }

  /// What one takes: its place in a dictionary that is half empty, and its texts with their headers.
  static func octets(_ entry: [UInt8], _ facts: FileFacts) -> Int {
    256 + entry.count + facts.hash.utf8.count + facts.mimeType.utf8.count
  }

  /// Another file lies there now.
  mutating func remove(_ entry: [UInt8]) {
    if let facts = young.removeValue(forKey: entry) { youngOctets -= Self.octets(entry, facts) }
    if let facts = old.removeValue(forKey: entry) { oldOctets -= Self.octets(entry, facts) }
  }

  /// Forgets the files of one bucket.
  mutating func removeAll(of bucket: ByteView) {
    let prefix = Array(bucket) + [0x3A]
    removeAll { $0.starts(with: prefix) }
  }

  private mutating func removeAll(where isMeant: ([UInt8]) -> Bool) {
    young = young.filter { !isMeant($0.key) }
    old = old.filter { !isMeant($0.key) }
    youngOctets = young.reduce(0) { $0 + Self.octets($1.key, $1.value) }
    oldOctets = old.reduce(0) { $0 + Self.octets($1.key, $1.value) }
  }
}

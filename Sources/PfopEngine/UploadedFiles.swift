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
/// About the newest `limit` are remembered, and never more than twice as many: see `CreatedKeys`.
struct UploadedFiles: Sendable {
  /// Facts about longer entries are not kept, so that memory is bounded.
  private static let maximumEntryLength = 1024
  private static let maximumCount = 16_384

  private var young: [[UInt8]: FileFacts] = [:]
  private var old: [[UInt8]: FileFacts] = [:]
  private let limit: Int

  init(limit: Int) { self.limit = min(limit, Self.maximumCount) }

  var isEmpty: Bool { young.isEmpty && old.isEmpty }

  /// All that is remembered, the older ones first.
  var all: [(entry: [UInt8], facts: FileFacts)] {
    [old.filter { young[$0.key] == nil }, young].flatMap { generation in
      generation.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { ($0.key, $0.value) }
    }
  }

  subscript(entry: [UInt8]) -> FileFacts? { young[entry] ?? old[entry] }

  mutating func insert(_ entry: [UInt8], _ facts: FileFacts) {
    guard entry.count <= Self.maximumEntryLength else { return remove(entry) }
    if young.count >= limit {
      old = young
      young = [:]
    }
    young[entry] = facts
  }

  /// Another file lies there now.
  mutating func remove(_ entry: [UInt8]) {
    young[entry] = nil
    old[entry] = nil
  }

  /// Forgets the files of one bucket.
  mutating func removeAll(of bucket: ByteView) {
    let prefix = Array(bucket) + [0x3A]
    young = young.filter { !$0.key.starts(with: prefix) }
    old = old.filter { !$0.key.starts(with: prefix) }
  }
}

import ByteText

/// How often each content has come: what SDKs send again is the same, octet by octet.
///
/// About the last `limit` contents are remembered, and never more than twice as many.
struct AttemptCounts: Sendable {
  private var young: [Int: Int] = [:]
  private var old: [Int: Int] = [:]
  private let limit: Int

  init(limit: Int = 100_000) { self.limit = limit }

  /// Counts one more.
  /// - Returns: how many there have been, this one included.
  mutating func count(_ content: ByteView, path: ByteView) -> Int {
    let hash = Self.hash(content, path)
    let count = (young[hash] ?? old[hash] ?? 0) + 1
    if young.count >= limit, young[hash] == nil {
      old = young
      young = [:]
    }
    young[hash] = count
    return count
  }

  /// What `count` would return, without counting.
  func next(_ content: ByteView, path: ByteView) -> Int {
    let hash = Self.hash(content, path)
    return (young[hash] ?? old[hash] ?? 0) + 1
  }

  private static func hash(_ content: ByteView, _ path: ByteView) -> Int {
    var hasher = Hasher()
    hasher.combine(bytes: path)
    hasher.combine(bytes: content)
    return hasher.finalize()
  }
}

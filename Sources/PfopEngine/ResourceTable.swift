import ByteText

/// The buckets and keys that exist by the fixture's word.
struct ResourceTable: Sendable {
  /// The keys of one bucket, made ready to be looked up: that costs time for each, so it is done outside of any lock.
  struct Bucket: Sendable {
    fileprivate var keys = ByteTable()
    fileprivate var patterns: [Wildcard] = []
    fileprivate var job: JobPlan
    fileprivate var keyCount: Int { keys.count + patterns.count }

    init(_ described: Fixture.Bucket) {
      job = described.job ?? .immediate
      for key in described.keys {
        if let name = key.exactName {
          name.withUnsafeBytes { _ = keys.insert($0) }
        } else {
          patterns.append(key)
        }
      }
    }
  }

  private var buckets: [Bucket]
  private var index: BucketIndex

  init(_ fixture: Fixture) {
    index = BucketIndex(fixture)
    buckets = fixture.buckets.map { Bucket($0) }
  }

  /// Puts a bucket in the place of the one there.
  mutating func replace(_ place: Int, with bucket: Bucket) { buckets[place] = bucket }

  /// Adds a bucket behind all others.
  mutating func append(_ bucket: Bucket, named name: Wildcard) {
    index.append(name, buckets.count)
    buckets.append(bucket)
  }

  mutating func remove(_ place: Int, named name: Wildcard) {
    buckets.remove(at: place)
    index.remove(name, place)
  }

  /// The index in the fixture of the bucket that answers to `name`: the one of just that name, else the first whose
  /// pattern matches.
  func bucket(named name: ByteView) -> Int? { index[name] }

  /// How jobs on the bucket's keys go, where no step says otherwise.
  func job(in bucket: Int) -> JobPlan { buckets[bucket].job }

  /// True if `key` can be read: it is listed, or a pattern of the bucket matches it.
  func canRead(_ key: ByteView, in bucket: Int) -> Bool {
    let buckets = buckets.span
    if buckets[bucket].keys.index(of: key) != nil { return true }
    // A closure over the array itself would count a reference for each element.
    let patterns = buckets[bucket].patterns.span
    for place in patterns.indices where patterns[place].matches(key) { return true }
    return false
  }

  /// True if just that key is listed. A pattern lets every key be read, yet makes none exist as a target: otherwise a
  /// bucket that takes any key could not be saved to.
  func lists(_ key: ByteView, in bucket: Int) -> Bool { buckets[bucket].keys.index(of: key) != nil }

  /// What there is instead of a bucket of that name, for an explanation.
  func explainMissingBucket(_ name: ByteView) -> String {
    let text = name.visibleText(limit: 128)
    guard !buckets.isEmpty else { return "bucket \"\(text)\" is not in the fixture, which has no buckets" }
    return "bucket \"\(text)\" is not in the fixture" + hint(text, index.exactNames, index.patternTexts)
  }

  /// What there is instead of that key, for an explanation.
  func explainMissingKey(_ key: ByteView, in bucket: Int, named name: ByteView) -> String {
    let text = key.visibleText(limit: 256)
    let place = "key \"\(text)\" is not in bucket \"\(name.visibleText(limit: 128))\", which "
    let found = buckets[bucket]
    guard found.keyCount > 0 else { return place + "lists no keys" }
    let known = (0..<found.keys.count).lazy.map { found.keys.name($0) }
    let count = found.keyCount == 1 ? "1 key or pattern" : "\(found.keyCount) keys and patterns"
    return place + "lists \(count)" + hint(text, known, found.patterns.map(\.pattern))
  }

  private func hint(_ text: String, _ names: some Sequence<String>, _ patterns: [String]) -> String {
    if let nearest = NearestName.of(text, among: names) { return "; nearest: \"\(nearest.visibleText(limit: 128))\"" }
    let some = Array(names.prefix(3)) + patterns.prefix(3)
    return "; some that are: " + some.map { "\"\($0.visibleText(limit: 64))\"" }.joined(separator: ", ")
  }
}

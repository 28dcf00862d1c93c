import ByteText

/// Which bucket of a fixture answers to a name: the one of just that name, else the first whose pattern matches.
struct BucketIndex: Sendable {
  private var names = ByteTable()
  /// Which bucket each of `names` is; nil if it was removed.
  private var named: [Int?] = []
  private var patterns: [(wildcard: Wildcard, bucket: Int)] = []

  init(_ fixture: Fixture) {
    for (index, bucket) in fixture.buckets.enumerated() { append(bucket.name, index) }
  }

  /// Adds a bucket behind all others.
  mutating func append(_ wildcard: Wildcard, _ index: Int) {
    if let name = wildcard.exactName {
      let place = name.withUnsafeBytes { names.insert($0) }
      if place == named.count {
        named.append(index)
      } else if named[place] == nil {
        named[place] = index
      }
    } else {
      patterns.append((wildcard, index))
    }
  }

  /// Removes a bucket; those behind it move up.
  mutating func remove(_ wildcard: Wildcard, _ index: Int) {
    if let name = wildcard.exactName {
      if let place = name.withUnsafeBytes({ names.index(of: $0) }), named[place] == index { named[place] = nil }
    } else {
      patterns.removeAll { $0.bucket == index }
    }
    for place in named.indices { if let bucket = named[place], bucket > index { named[place] = bucket - 1 } }
    for place in patterns.indices where patterns[place].bucket > index { patterns[place].bucket -= 1 }
    let known = named.count { $0 != nil }
    if named.count > 2 * known + 64 { dropRemoved() }
  }

  /// Names that were removed stay in the table until there are more of them than others.
  private mutating func dropRemoved() {
    let (old, buckets) = (names, named)
    names = ByteTable()
    named = []
    for place in buckets.indices {
      guard let bucket = buckets[place] else { continue }
      old.octets(place).withUnsafeBytes { _ = names.insert($0) }
      named.append(bucket)
    }
  }

  /// The index in the fixture; nil if there is none.
  subscript(name: ByteView) -> Int? {
    if let index = names.index(of: name), let bucket = named[index] { return bucket }
    // A closure over the array itself would count a reference for each element.
    let patterns = patterns.span
    for place in patterns.indices where patterns[place].wildcard.matches(name) { return patterns[place].bucket }
    return nil
  }

  /// The names without wildcards, for messages.
  var exactNames: some Sequence<String> { named.indices.lazy.filter { named[$0] != nil }.map { names.name($0) } }

  /// The others, as they are written.
  var patternTexts: [String] { patterns.map(\.wildcard.pattern) }
}

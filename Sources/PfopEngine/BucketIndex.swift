import ByteText

/// Which bucket of a fixture answers to a name: the one of just that name, else the first whose pattern matches.
struct BucketIndex: Sendable {
  private var names = ByteTable()
  /// Which bucket each of `names` is.
  private var named: [Int] = []
  private var patterns: [(wildcard: Wildcard, bucket: Int)] = []

  init(_ fixture: Fixture) {
    for (index, bucket) in fixture.buckets.enumerated() { append(bucket.name, index) }
  }

  /// Adds a bucket behind all others.
  mutating func append(_ wildcard: Wildcard, _ index: Int) {
    if let name = wildcard.exactName {
      if name.withUnsafeBytes({ names.insert($0) }) == named.count { named.append(index) }
    } else {
      patterns.append((wildcard, index))
    }
  }

  /// The index in the fixture; nil if there is none.
  subscript(name: ByteView) -> Int? {
    if let index = names.index(of: name) { return named[index] }
    // A closure over the array itself would count a reference for each element.
    let patterns = patterns.span
    for place in patterns.indices where patterns[place].wildcard.matches(name) { return patterns[place].bucket }
    return nil
  }

  /// The names without wildcards, for messages.
  var exactNames: some Sequence<String> { (0..<names.count).lazy.map { names.name($0) } }

  /// The others, as they are written.
  var patternTexts: [String] { patterns.map(\.wildcard.pattern) }
}

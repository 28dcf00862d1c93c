import ByteText

/// Finds the few rules that can hold for a request among thousands, in file order.
///
/// Each rule stands in one list: that of the exact key it asks for, else of the exact bucket, else that of all others.
struct RuleIndex: Sendable {
  private struct Lists {
    var names = ByteTable()
    var rules: [[Int]] = []

    mutating func add(_ rule: Int, to name: [UInt8]) {
      let index = name.withUnsafeBytes { names.insert($0) }
      if index == rules.count { rules.append([]) }
      rules[index].append(rule)
    }

    subscript(name: ByteView) -> [Int] { names.index(of: name).map { rules[$0] } ?? [] }
  }

  private var byKey = Lists()
  private var byBucket = Lists()
  private var others: [Int] = []

  init(_ rules: [Rule]) {
    for (index, rule) in rules.enumerated() {
      var key: [UInt8]?
      var bucket: [UInt8]?
      for matcher in rule.when {
        switch matcher {
        case .key(let wildcard): key = wildcard.exactName
        case .bucket(let wildcard): bucket = wildcard.exactName
        case .fops: break
        }
      }
      if let key {
        byKey.add(index, to: key)
      } else if let bucket {
        byBucket.add(index, to: bucket)
      } else {
        others.append(index)
      }
    }
  }

  /// The rules to try for a request, in file order. Their conditions still have to be looked at.
  func candidates(for request: PfopRequest) -> Candidates {
    Candidates(lists: [byKey[request.key], byBucket[request.bucket], others])
  }

  /// Three ascending lists, merged.
  struct Candidates: Sequence, IteratorProtocol {
    fileprivate var lists: InlineArray<3, [Int]>
    private var positions = InlineArray<3, Int>(repeating: 0)

    fileprivate init(lists: InlineArray<3, [Int]>) { self.lists = lists }

    mutating func next() -> Int? {
      var least: Int?
      var source = 0
      for list in 0..<3 where positions[list] < lists[list].count {
        let rule = lists[list][positions[list]]
        if rule < least ?? .max {
          least = rule
          source = list
        }
      }
      positions[source] += 1
      return least
    }
  }
}

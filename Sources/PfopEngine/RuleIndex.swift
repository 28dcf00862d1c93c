import ByteText

/// Finds the few rules that can hold for a request among thousands, in file order.
///
/// Each rule stands in one list: that of the first exact name it asks for, of those that `Field` lists, else that of all
/// others.
struct RuleIndex: Sendable {
  /// What rules are looked up by, the most telling first.
  private enum Field: Int, CaseIterable {
    case key, notifyURL, accessKey, bucket

    func name(of matcher: Matcher) -> [UInt8]? {
      switch (self, matcher) {
      case (.key, .key(let wildcard)), (.notifyURL, .notifyURL(let wildcard)), (.accessKey, .accessKey(let wildcard)),
        (.bucket, .bucket(let wildcard)):
        wildcard.exactName
      case (.key, _), (.notifyURL, _), (.accessKey, _), (.bucket, _): nil
      }
    }

    func name(in request: PfopRequest, _ subject: RuleSubject) -> ByteView {
      switch self {
      case .key: request.key
      case .notifyURL: request.notifyURL
      case .accessKey: subject.accessKey
      case .bucket: request.bucket
      }
    }
  }

  private struct Lists {
    var names = ByteTable()
    var rules: [[Int]] = []

    mutating func add(_ rule: Int, to name: [UInt8]) {
      let index = name.withUnsafeBytes { names.insert($0) }
      if index == rules.count { rules.append([]) }
      rules[index].insertSorted(rule)
    }

    mutating func change(_ body: (inout [Int]) -> Void) {
      for index in rules.indices { body(&rules[index]) }
    }

    subscript(name: ByteView) -> [Int] { names.index(of: name).map { rules[$0] } ?? [] }
  }

  private var lists: InlineArray<4, Lists> = .init(repeating: Lists())
  private var others: [Int] = []

  /// - Parameter rule: its place in the order in which rules are tried.
  mutating func add(_ rule: Int, _ when: [Matcher]) {
    guard let (field, condition) = Self.entry(when), let name = field.name(of: when[condition]) else {
      return others.insertSorted(rule)
    }
    lists[field.rawValue].add(rule, to: name)
  }

  /// Rules from that place on have moved.
  mutating func shift(from place: Int, by distance: Int) {
    for field in Field.allCases { lists[field.rawValue].change { $0.shift(from: place, by: distance) } }
    others.shift(from: place, by: distance)
  }

  /// Takes a rule out; those behind it move up. The name that it stood under stays.
  mutating func remove(_ place: Int) {
    for field in Field.allCases { lists[field.rawValue].change { $0.removeAll { $0 == place } } }
    others.removeAll { $0 == place }
    shift(from: place + 1, by: -1)
  }

  /// The place of the condition by which a rule is looked up; nil if it is always tried.
  static func indexedCondition(of when: [Matcher]) -> Int? { entry(when)?.condition }

  private static func entry(_ when: [Matcher]) -> (field: Field, condition: Int)? {
    for field in Field.allCases {
      for (condition, matcher) in when.enumerated() where field.name(of: matcher) != nil { return (field, condition) }
    }
    return nil
  }

  /// The rules to try for a request, in file order. Their conditions still have to be looked at.
  func candidates(for request: PfopRequest, _ subject: RuleSubject) -> Candidates {
    var found = InlineArray<5, [Int]>(repeating: [])
    for field in Field.allCases {
      found[field.rawValue] = lists[field.rawValue][field.name(in: request, subject)]
    }
    found[4] = others
    return Candidates(lists: found)
  }

  /// Ascending lists, merged.
  struct Candidates: Sequence, IteratorProtocol {
    fileprivate var lists: InlineArray<5, [Int]>
    private var positions = InlineArray<5, Int>(repeating: 0)

    fileprivate init(lists: InlineArray<5, [Int]>) { self.lists = lists }

    mutating func next() -> Int? {
      var least: Int?
      var source = 0
      for list in lists.indices where positions[list] < lists[list].count {
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

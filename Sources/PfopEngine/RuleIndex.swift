import ByteText

/// Finds the few rules that can hold for a request among thousands, in file order.
///
/// Each rule stands in one list: that of the first exact name it asks for, of those that `Field` lists; else that of the
/// longest beginning or end that one of its patterns demands; else that of all others, which are always tried.
struct RuleIndex: Sendable {
  /// What rules are looked up by, the most telling first.
  fileprivate enum Field: Int, CaseIterable {
    case key, notifyURL, accessKey, bucket

    func wildcard(of matcher: Matcher) -> Wildcard? {
      switch (self, matcher) {
      case (.key, .key(let wildcard)), (.notifyURL, .notifyURL(let wildcard)), (.accessKey, .accessKey(let wildcard)),
        (.bucket, .bucket(let wildcard)):
        wildcard
      case (.key, _), (.notifyURL, _), (.accessKey, _), (.bucket, _): nil
      }
    }

    func text(in request: PfopRequest, _ subject: RuleSubject) -> ByteView {
      switch self {
      case .key: request.key
      case .notifyURL: request.notifyURL
      case .accessKey: subject.accessKey
      case .bucket: request.bucket
      }
    }
  }

  /// Which part of a text decides whether rules come into question.
  private enum Part: Equatable {
    case whole
    case beginning(count: Int)
    case end(count: Int)

    /// Nil if the text is too short.
    func view(of text: ByteView) -> ByteView? {
      switch self {
      case .whole: text
      case .beginning(let count): count <= text.count ? text.slice(0, count) : nil
      case .end(let count): count <= text.count ? text.slice(text.count - count, text.count) : nil
      }
    }
  }

  /// How one rule is looked up.
  private struct Entry {
    var field: Field
    /// The place of the condition that demands it.
    var condition: Int
    var part: Part
    var octets: [UInt8]
  }

  /// The rules that demand the same part of the same field, by what they demand there.
  private struct Lists {
    let field: Field
    let part: Part
    var names = ByteTable()
    var rules: [[Int]] = []

    init(_ field: Field, _ part: Part) {
      self.field = field
      self.part = part
    }

    mutating func add(_ rule: Int, to name: [UInt8]) {
      let index = name.withUnsafeBytes { names.insert($0) }
      if index == rules.count { rules.append([]) }
      rules[index].insertSorted(rule)
    }

    mutating func change(_ body: (inout [Int]) -> Void) {
      for index in rules.indices { body(&rules[index]) }
    }

    func rules(for text: ByteView) -> [Int] {
      guard let name = part.view(of: text), let index = names.index(of: name) else { return [] }
      return rules[index]
    }
  }

  /// Beginnings and ends of so many lengths are looked up for a request; rules that demand other ones are always tried.
  static let partLimit = 64

  private var lists: [Lists] = []
  private var others: [Int] = []

  /// - Parameter rule: its place in the order in which rules are tried.
  mutating func add(_ rule: Int, _ when: [Matcher]) {
    guard let entry = Self.entry(when) else { return others.insertSorted(rule) }
    if let index = lists.firstIndex(where: { $0.field == entry.field && $0.part == entry.part }) {
      lists[index].add(rule, to: entry.octets)
    } else if lists.count < Self.partLimit {
      lists.append(Lists(entry.field, entry.part))
      lists[lists.count - 1].add(rule, to: entry.octets)
    } else {
      others.insertSorted(rule)
    }
  }

  /// Rules from that place on have moved.
  mutating func shift(from place: Int, by distance: Int) {
    for index in lists.indices { lists[index].change { $0.shift(from: place, by: distance) } }
    others.shift(from: place, by: distance)
  }

  /// Takes a rule out; those behind it move up. The name that it stood under stays.
  mutating func remove(_ place: Int) {
    for index in lists.indices { lists[index].change { $0.removeAll { $0 == place } } }
    others.removeAll { $0 == place }
    shift(from: place + 1, by: -1)
  }

  /// The place of the condition by which a rule is looked up; nil if it is always tried.
  static func indexedCondition(of when: [Matcher]) -> Int? { entry(when)?.condition }

  private static func entry(_ when: [Matcher]) -> Entry? { exactEntry(when) ?? patternEntry(when) }

  private static func exactEntry(_ when: [Matcher]) -> Entry? {
    for field in Field.allCases {
      for (condition, matcher) in when.enumerated() {
        if let name = field.wildcard(of: matcher)?.exactName {
          return Entry(field: field, condition: condition, part: .whole, octets: name)
        }
      }
    }
    return nil
  }

  private static func patternEntry(_ when: [Matcher]) -> Entry? {
    var longest: Entry?
    for field in Field.allCases {
      for (condition, matcher) in when.enumerated() {
        guard let segments = field.wildcard(of: matcher)?.segments else { continue }
        for (octets, isBeginning) in [(segments[0], true), (segments[segments.count - 1], false)]
        where octets.count > longest?.octets.count ?? 0 {
          let part: Part = isBeginning ? .beginning(count: octets.count) : .end(count: octets.count)
          longest = Entry(field: field, condition: condition, part: part, octets: octets)
        }
      }
    }
    return longest
  }

  /// The rules to try for a request, in file order. Their conditions still have to be looked at.
  func candidates(for request: PfopRequest, _ subject: RuleSubject) -> Candidates {
    var candidates = Candidates()
    for index in lists.indices {
      candidates.add(lists[index].rules(for: lists[index].field.text(in: request, subject)))
    }
    candidates.add(others)
    return candidates
  }

  /// Ascending lists, merged. Nothing is allocated unless there are many.
  struct Candidates: Sequence, IteratorProtocol {
    private var lists = InlineArray<8, [Int]>(repeating: [])
    private var positions = InlineArray<8, Int>(repeating: 0)
    private var count = 0

    fileprivate init() {}

    fileprivate mutating func add(_ list: [Int]) {
      if list.isEmpty { return }
      if count < lists.count {
        lists[count] = list
        count += 1
      } else {
        lists[count - 1] = (lists[count - 1] + list).sorted()
      }
    }

    mutating func next() -> Int? {
      var least: Int?
      var source = 0
      for list in 0..<count where positions[list] < lists[list].count {
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

/// Finds the rule that decides whatever another one is for.
struct RuleShadows {
  /// Rules are looked for among those that ask for a name which the other asks for, too, so that thousands of rules for a
  /// name each are few comparisons.
  private struct Name: Hashable {
    var field: MatcherField
    var name: [UInt8]

    init?(_ matcher: Matcher) {
      guard case .pattern(let wildcard) = matcher.demand, let name = wildcard.exactName else { return nil }
      field = matcher.field
      self.name = name
    }
  }

  private var conditions: [Int: [Matcher]] = [:]
  private var named: [Name: [Int]] = [:]
  private var others: [Int] = []

  /// Of rules without any name only so many are kept: a fixture may be large, and a start is not to take long.
  private static let maximumOthers = 200

  /// - Parameter when: the conditions of a rule that decides every request for which they hold.
  mutating func add(_ rule: Int, _ when: [Matcher]) {
    let essential = when.filter { !$0.alwaysHolds }
    // The most telling one: many rules share a bucket, few a key.
    let names = essential.compactMap(Name.init)
    if let name = names.min(by: { named[$0, default: []].count < named[$1, default: []].count }) {
      named[name, default: []].append(rule)
    } else if others.count < Self.maximumOthers {
      others.append(rule)
    } else {
      return
    }
    conditions[rule] = essential
  }

  /// The first rule that decides every request for which `when` holds; nil if there is none.
  func shadow(of when: [Matcher]) -> Int? {
    let names = when.compactMap(Name.init)
    let candidates = names.flatMap { named[$0, default: []].prefix(Self.maximumOthers) } + others
    return candidates.sorted().first { rule in
      conditions[rule, default: []].allSatisfy { condition in when.contains { condition.isImplied(by: $0) } }
    }
  }
}

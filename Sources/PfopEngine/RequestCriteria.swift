import ByteText

/// What is asked of requests that have come: the conditions of a rule's `when`, and the status of the answer.
package struct RequestCriteria: Sendable, Equatable {
  private var conditions: [Matcher] = []
  private var status: ClosedRange<Int>?

  private static let statusField = "status"

  /// All requests.
  package init() {}

  /// - Parameter value: as the value of `when`, with `status` beside the others: `404`, `400..499`; 0 is no answer.
  package init(_ value: FixtureValue, _ reader: FixtureReader) {
    let decoder = MatcherDecoder(reader: reader, phase: .outcome)
    let fields = reader.fields(of: value, allowed: MatcherField.allCases.map(\.rawValue) + [Self.statusField])
    conditions = decoder.matchers(in: fields)
    status = fields[Self.statusField].flatMap { value in
      reader.range(value, in: 0...999, "a status", allowed: "a status or a range, such as 404, 400..499 or 500..") {
        Int($0)
      }
    }
  }

  /// How many of them do not hold.
  package func mismatchCount(_ subject: RuleSubject, status: Int) -> Int {
    var count = self.status?.contains(status) ?? true ? 0 : 1
    for condition in conditions where !condition.holds(for: subject) { count += 1 }
    return count
  }

  /// Those that do not hold.
  package func mismatches(_ subject: RuleSubject, status: Int) -> [ConditionMismatch] {
    var mismatches = conditions.filter { !$0.holds(for: subject) }.map { $0.comparison(with: subject) }
    if let range = self.status, !range.contains(status) {
      let expected = range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)..\(range.upperBound)"
      mismatches.append(ConditionMismatch(field: Self.statusField, expected: expected, actual: "\(status)"))
    }
    return mismatches
  }
}

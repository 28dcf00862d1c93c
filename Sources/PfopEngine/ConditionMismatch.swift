import ByteText

/// A condition that does not hold for a request: what it is about, what it asks for, and what there is.
package struct ConditionMismatch: Sendable, Equatable, CustomStringConvertible {
  /// The condition's name, as it stands in fixtures; of a field line `header.x-name`.
  package var field: String
  package var expected: String
  /// Nil if the request has none, or it is not known.
  package var actual: String?

  package init(field: String, expected: String, actual: String?) {
    self.field = field
    self.expected = expected
    self.actual = actual
  }

  /// One line of visible ASCII.
  package var description: String {
    let actual = actual.map { "is \"\($0.visibleText(limit: 128))\"" } ?? "is not there"
    return "\(field.visibleText(limit: 128)) \(actual), asked for: \(expected.visibleText(limit: 128))"
  }
}

extension Matcher {
  /// The condition beside what the request has, whether it holds or not.
  func comparison(with subject: RuleSubject) -> ConditionMismatch {
    ConditionMismatch(field: fieldName, expected: expected, actual: actual(in: subject))
  }

  private var fieldName: String {
    guard case .header(let name, _) = self else { return field.rawValue }
    return "\(field.rawValue).\(name)"
  }

  /// As it is written in fixtures.
  private var expected: String {
    switch self {
    case .bucket(let wildcard), .key(let wildcard), .fops(let wildcard), .pipeline(let wildcard),
      .notifyURL(let wildcard), .accessKey(let wildcard), .path(let wildcard), .method(let wildcard),
      .header(_, let wildcard), .userAgent(let wildcard):
      wildcard.pattern
    case .type(let flag), .force(let flag): flag ? "1" : "0"
    case .attempt(let range):
      range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)..\(range.upperBound)"
    case .time(let range): "\(DurationText.text(range.lowerBound))..\(DurationText.text(range.upperBound))"
    }
  }

  private func actual(in subject: RuleSubject) -> String? {
    switch self {
    case .bucket: Matcher.text(subject.parameters?.bucket)
    case .key: Matcher.text(subject.parameters?.key)
    case .fops: Matcher.text(subject.parameters?.fops)
    case .pipeline: Matcher.text(subject.parameters?.pipeline)
    case .notifyURL: Matcher.text(subject.parameters?.notifyURL)
    case .accessKey: Matcher.text(subject.accessKey)
    case .type: subject.parameters.map { $0.isIdleType ? "1" : "0" }
    case .force: subject.parameters.map { $0.force ? "1" : "0" }
    case .path: Matcher.text(subject.path)
    case .method: Matcher.text(subject.method)
    case .header(let name, _): Matcher.value(of: name, in: subject)
    case .userAgent: Matcher.text(subject.userAgent)
    case .attempt: subject.attempt > 0 ? "\(subject.attempt)" : nil
    case .time: DurationText.text(subject.time)
    }
  }

  /// What a mismatch shows of a value, in bytes.
  private static let limit = 512

  private static func text(_ view: ByteView?) -> String? {
    guard let view, !view.isEmpty else { return nil }
    return String(decoding: view.prefix(limit), as: UTF8.self)
  }

  private static func value(of name: String, in subject: RuleSubject) -> String? {
    var value: String?
    _ = subject.fields?.hasField(named: Array(name.utf8)) { line in
      value = String(decoding: line.prefix(limit), as: UTF8.self)
      return true
    }
    return value
  }
}

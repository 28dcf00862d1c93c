import ByteText

/// Reads the conditions of a rule.
struct MatcherDecoder {
  let reader: FixtureReader
  let phase: RulePhase

  static let attempts = 1...1_000_000_000
  /// Nanoseconds since the start.
  static let times = 0...DurationText.maximum

  /// - Parameter value: the value of `when`.
  func matchers(_ value: FixtureValue) -> [Matcher] {
    matchers(in: reader.fields(of: value, allowed: MatcherField.allCases.map(\.rawValue)))
  }

  /// - Parameter members: those of `when`; others are none of its business.
  func matchers(in members: FixtureFields) -> [Matcher] {
    MatcherField.allCases.flatMap { field -> [Matcher] in
      guard let member = members[field.rawValue] else { return [] }
      guard field.isKnown(in: phase) else {
        let known = MatcherField.allCases.filter { $0.isKnown(in: phase) }.map(\.rawValue).joined(separator: ", ")
        reader.report(member, "\(field.rawValue) is not known yet in the phase \(phase.rawValue)", allowed: known)
        return []
      }
      if field == .header { return headers(member) }
      return matcher(field, member).map { [$0] } ?? []
    }
  }

  private func matcher(_ field: MatcherField, _ value: FixtureValue) -> Matcher? {
    switch field {
    case .bucket: wildcard(value).map(Matcher.bucket)
    case .key: wildcard(value).map(Matcher.key)
    case .fops: wildcard(value).map(Matcher.fops)
    case .pipeline: wildcard(value).map(Matcher.pipeline)
    case .notifyURL: wildcard(value).map(Matcher.notifyURL)
    case .accessKey: wildcard(value).map(Matcher.accessKey)
    case .path: wildcard(value).map(Matcher.path)
    case .method: wildcard(value).map(Matcher.method)
    case .userAgent: wildcard(value).map(Matcher.userAgent)
    case .type: flag(value).map(Matcher.type)
    case .force: flag(value).map(Matcher.force)
    case .attempt: attempt(value)
    case .time: time(value)
    case .header: nil
    }
  }

  private func headers(_ value: FixtureValue) -> [Matcher] {
    reader.members(of: value, allowed: "a mapping of field names to patterns").compactMap { name, pattern in
      guard let text = reader.fieldName(name), let wildcard = wildcard(pattern) else { return nil }
      return .header(name: text.lowercased(), wildcard)
    }
  }

  private func wildcard(_ value: FixtureValue) -> Wildcard? {
    reader.text(value, allowed: "a text or a pattern with *").flatMap { reader.wildcard($0, at: value) }
  }

  private func flag(_ value: FixtureValue) -> Bool? {
    reader.number(value, in: 0...1, "a flag", allowed: "0 or 1").map { $0 == 1 }
  }

  private func attempt(_ value: FixtureValue) -> Matcher? {
    let allowed = "a number from 1, or a range such as 2..3, 3.. or ..2"
    return reader.range(value, in: MatcherDecoder.attempts, "a number of attempts", allowed: allowed) { text in
      text.utf8.allSatisfy(ASCII.isDigit) ? Int(text) : nil
    }.map(Matcher.attempt)
  }

  private func time(_ value: FixtureValue) -> Matcher? {
    let allowed =
      "a range since the start, such as 10s..1m, 10s.. or ..30s, up to \(DurationText.text(DurationText.maximum))"
    guard let text = value.node.scalar?.string, text.contains("..") else {
      reader.report(value, "\(reader.shown(value)) is not a range of times", allowed: allowed)
      return nil
    }
    return reader.range(value, in: MatcherDecoder.times, "a range of times", allowed: allowed) {
      DurationText.parse($0)
    }.map(Matcher.time)
  }
}

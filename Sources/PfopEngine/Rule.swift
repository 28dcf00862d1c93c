/// A scripted say on the requests that meet all its conditions.
package struct Rule: Sendable, Equatable {
  /// Nil when the fixture gives none; the rule is then called by its number.
  package var name: String?
  package var phase: RulePhase
  /// All must hold; none at all means every request.
  package var when: [Matcher]
  /// Whose requests are counted together.
  package var countBy: CountBy
  /// In order; a step that is used up is passed over. Never empty.
  package var steps: [Step]
  /// As it would stand in a file.
  package var definition = JSONValue.object([:])

  package init(
    name: String?, phase: RulePhase = .outcome, when: [Matcher], countBy: CountBy = .rule, steps: [Step]
  ) {
    self.name = name
    self.phase = phase
    self.when = when
    self.countBy = countBy
    self.steps = steps
  }
}

/// A scripted say on the requests that meet all its conditions.
package struct Rule: Sendable, Equatable {
  /// Nil when the fixture gives none; the rule is then called by its number.
  package var name: String?
  /// All must hold; none at all means every request.
  package var when: [Matcher]
  /// In order; a step that is used up is passed over. Never empty.
  package var steps: [Step]

  package init(name: String?, when: [Matcher], steps: [Step]) {
    self.name = name
    self.when = when
    self.steps = steps
  }
}

/// One step of a rule or of a bucket's own `then`.
package struct Step: Sendable, Equatable {
  package var outcome: Outcome
  /// How many requests it takes before it is passed over, at least 1; nil means no limit.
  package var times: Int?

  package init(_ outcome: Outcome, times: Int?) {
    self.outcome = outcome
    self.times = times
  }
}

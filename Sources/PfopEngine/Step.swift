/// One step of a rule or of a bucket's own `then`.
package struct Step: Sendable, Equatable {
  package var outcome: Outcome
  /// How many requests it takes before it is passed over, at least 1; nil means no limit.
  package var times: Int?

  /// How the job goes if the request is accepted; nil leaves it to the bucket.
  package var job: JobPlan?

  package init(_ outcome: Outcome, times: Int?, job: JobPlan? = nil) {
    self.outcome = outcome
    self.job = job
    self.times = times
  }
}

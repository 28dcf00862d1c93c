/// One step of a rule or of a bucket's own `then`.
package struct Step: Sendable, Equatable {
  package var outcome: Outcome
  /// How many requests it takes before it is passed over, at least 1; nil means no limit.
  package var times: Int?
  /// Which part of the requests it takes, from 0 to 1.
  package var probability = 1.0
  /// It takes only what is beyond, and refuses it.
  package var rateLimit: RateLimit?
  package var delay: Delay?
  package var pace: Pace?
  package var fault: Fault?
  /// In the place of the answer's content; nil leaves it.
  package var body: String?
  package var headers: [AnswerScript.Header] = []
  /// How the job goes if the request is accepted; nil leaves it to the bucket.
  package var job: JobPlan?

  package init(_ outcome: Outcome, times: Int?, job: JobPlan? = nil) {
    self.outcome = outcome
    self.job = job
    self.times = times
  }

  /// It says nothing about the answer but its status.
  var isPlain: Bool {
    delay == nil && pace == nil && fault == nil && body == nil && headers.isEmpty && rateLimit == nil
  }
}

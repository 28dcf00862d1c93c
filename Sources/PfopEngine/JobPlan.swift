/// How a job goes: how long it waits, how long it is worked on, and how it ends. Nothing of it depends on the request, so
/// jobs share few plans.
package struct JobPlan: Sendable, Equatable, Hashable {
  /// Nanoseconds in `waiting`, from 0.
  package var waiting: Int64
  /// Nanoseconds in `processing`, from 0.
  package var processing: Int64
  package var result: JobResult
  /// Nanoseconds between the result and the first try to notify of it, from 0.
  package var notifyAfter: Int64

  package init(waiting: Int64 = 0, processing: Int64 = 0, result: JobResult = .success, notifyAfter: Int64 = 0) {
    self.waiting = waiting
    self.processing = processing
    self.result = result
    self.notifyAfter = notifyAfter
  }

  /// What a job does of which nothing is said: it succeeds at once.
  package static let immediate = JobPlan()
}

/// How a job ends.
package enum JobResult: Sendable, Equatable, Hashable {
  case success
  /// `error` is told with the command that failed. `errorIndex` is that command's place, from 0; nil means that every
  /// command fails. One behind the last command means the last.
  case failed(error: String, errorIndex: Int?)

  package static let errorIndexes = 0...999

  /// The `error` text of a failure for which none is given.
  package static let defaultError = "fop failed"
}

/// One accepted pfop request and what was asked for.
package struct Job: Sendable, Equatable {
  package var id: Int64
  package var createdAt: Timestamp
  /// The `X-Reqid` of the request that made it.
  package var reqid: String
  package var bucket: String
  package var key: String
  package var fops: String
  /// Empty when none was asked for.
  package var pipeline: String
  package var notifyURL: String
}

/// What there is to an id.
package enum JobLookup: Sendable, Equatable {
  case found(Job)
  /// The id was issued, and its job has since made room for newer ones.
  case left
  case neverIssued
}

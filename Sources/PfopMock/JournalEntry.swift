/// One request as the journal tells it.
package struct JournalEntry: Sendable, Equatable {
  /// Counts all requests from 0.
  package var number: UInt64
  /// When it was there as a whole. Nanoseconds since 1970-01-01T00:00:00Z.
  package var time: Int64
  /// From then until it was decided. Nanoseconds.
  package var duration: Int64
  /// 0 if a script left it without an answer.
  package var status: Int
  package var authorization: AuthorizationMark
  package var reqid: String
  /// Empty if the request could not be read.
  package var method: String
  package var target: String
  package var userAgent: String
  /// Empty if the request was refused before it was known; so are the next two.
  package var bucket: String
  package var key: String
  /// The issued id, or the one asked for; 0 if there is none.
  package var id: Int64
  /// The check or rule that decided, such as `authorization`, `bucket`, `rule transcoder down`, `accepted`.
  package var decidedBy: String
  /// Why, for people; empty where there is nothing to explain.
  package var diagnosis: String
  /// What was noticed and tolerated, such as unknown form fields; empty if nothing was.
  package var remark: String

  /// What became of the Authorization field.
  package enum AuthorizationMark: UInt8, Sendable {
    /// The request was decided before anyone looked.
    case unchecked
    case none
    case valid
    case invalid
  }
}

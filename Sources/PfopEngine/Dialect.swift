/// Which generation of the API the server speaks; what differs is told by its members.
package enum Dialect: String, CaseIterable, Sendable {
  /// The API as first documented.
  case classic

  /// The answer for a bucket that does not exist.
  package var unknownBucketStatus: Int {
    switch self {
    case .classic: 404
    }
  }

  /// The answer for a key that does not exist.
  package var unknownKeyStatus: Int {
    switch self {
    case .classic: 404
    }
  }

  /// The status of a query for an id that was never issued.
  package var unknownIDStatus: Int {
    switch self {
    case .classic: 404
    }
  }
}

import ByteText

/// What rules are matched against: one request, as far as it is known when they have their say. The views are valid during
/// the call.
package struct RuleSubject {
  package var method = RuleSubject.nothing
  /// As sent, without the query.
  package var path = RuleSubject.nothing
  package var userAgent = RuleSubject.nothing
  /// Before the signature has been looked at, the one that is claimed.
  package var accessKey = RuleSubject.nothing
  /// What makes two requests the same one, sent again.
  package var content = RuleSubject.nothing
  /// Tells connections apart.
  package var connection: UInt64 = 0
  /// The request's other fields; nil when there are none.
  package var fields: (any FieldLookup)?
  /// Nil before they have been read.
  package var parameters: PfopRequest?

  /// Nanoseconds of the service's clock since the server's start.
  package var time: Int64 = 0
  /// How often a request of this content has come, this time included; 0 if nobody counts.
  package var attempt = 0

  package init() {}

  static var nothing: ByteView { ByteView(start: nil, count: 0) }

  /// Calls `body` with what counts are kept by.
  func withKey<Result>(_ countBy: CountBy, _ body: (ByteView) -> Result) -> Result {
    switch countBy {
    case .rule: body(RuleSubject.nothing)
    case .bucket: body(parameters?.bucket ?? RuleSubject.nothing)
    case .key: body(parameters?.key ?? RuleSubject.nothing)
    case .accessKey: body(accessKey)
    case .connection: withUnsafeBytes(of: connection) { body($0) }
    }
  }
}

/// Finds fields of a request by their names.
package protocol FieldLookup {
  /// True if `matches` holds for the value of one of the field lines of that name.
  /// - Parameter name: in lower case; names compare without regard to it (RFC 9110, section 5.1).
  func hasField(named name: [UInt8], where matches: (ByteView) -> Bool) -> Bool
}

/// When a rule has its say. The raw value is what stands in fixtures.
package enum RulePhase: String, CaseIterable, Sendable {
  /// On every connection, before anything is read from it.
  case connection
  /// On every request, before its authorization is looked at.
  case request
  /// On every pfop request that is authorized and sound.
  case outcome
}

/// What each has a rule's steps for itself. The raw value is what stands in fixtures.
package enum CountBy: String, CaseIterable, Sendable {
  /// All requests together.
  case rule
  case bucket, key, accessKey, connection

  /// What is known of a request in that phase.
  func isKnown(in phase: RulePhase) -> Bool {
    switch self {
    case .rule, .connection: true
    case .accessKey: phase != .connection
    case .bucket, .key: phase == .outcome
    }
  }
}

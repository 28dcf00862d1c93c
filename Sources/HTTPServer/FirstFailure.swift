import Guarded

/// Carries an error from a loop's thread to the one that waits for its start.
final class FirstFailure: Sendable {
  private let noted = Guarded<(any Error)?>(nil)

  var error: (any Error)? { noted.withLock { $0 } }

  func note(_ error: any Error) { noted.withLock { $0 = $0 ?? error } }
}

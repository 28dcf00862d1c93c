/// How often a notification is tried, and how long is waited in between.
package struct NotificationPolicy: Sendable, Equatable {
  /// Tries in all, at least 1; when the last one has failed the job's code is 4.
  package var tries: Int
  /// Nanoseconds between the first failure and the second try; each further wait is twice as long as the one before.
  package var backoff: Int64

  package init(tries: Int = 5, backoff: Int64 = 1_000_000_000) {
    precondition(tries >= 1 && backoff >= 0)
    self.tries = tries
    self.backoff = backoff
  }

  /// Nanoseconds between the failure of try number `attempt`, from 1, and the next one.
  func wait(after attempt: Int) -> Int64 {
    let doublings = min(attempt - 1, 62)
    return backoff > Int64.max >> Int64(doublings) ? .max / 2 : min(backoff << Int64(doublings), .max / 2)
  }
}

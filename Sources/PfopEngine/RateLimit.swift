/// So many requests a second, with some more at once after a pause: what is beyond is refused.
package struct RateLimit: Sendable, Equatable {
  /// More than 0.
  package var perSecond: Double
  /// How many may come at once after a pause, at least 1.
  package var burst: Int
  /// The HTTP status of those that are refused.
  package var status: Int
  /// Seconds, for the field Retry-After; nil leaves it out.
  package var retryAfter: Int?

  package init(perSecond: Double, burst: Int = 1, status: Int = defaultStatus, retryAfter: Int? = nil) {
    self.perSecond = perSecond
    self.burst = burst
    self.status = status
    self.retryAfter = retryAfter
  }

  /// What Qiniu answers those who ask too often, and what SDKs wait and try again for.
  package static let defaultStatus = 573
  package static let rates = 0.001...1_000_000
  package static let bursts = 1...1_000_000
  package static let retries = 0...86_400
}

/// A bucket of tokens: each request takes one, and so many come back a second.
package struct TokenBucket: Sendable, Equatable {
  package private(set) var tokens: Double
  /// When that was so. Nanoseconds of the service's clock.
  package var time: Int64

  package init(tokens: Double, time: Int64) {
    self.tokens = tokens
    self.time = time
  }

  /// Full, as after a long pause.
  init(_ limit: RateLimit, at now: Int64) {
    tokens = Double(limit.burst)
    time = now
  }

  /// - Parameter now: nanoseconds of the service's clock; a clock that was put back brings no tokens.
  /// - Returns: false if there is none.
  mutating func take(_ limit: RateLimit, at now: Int64) -> Bool {
    let elapsed = Double(max(now - time, 0)) / 1e9
    time = now
    tokens = min(tokens + elapsed * limit.perSecond, Double(limit.burst))
    // Binary fractions of a second do not add up to a whole token exactly.
    guard tokens >= 1 - 1e-9 else { return false }
    tokens = max(tokens - 1, 0)
    return true
  }
}

/// The service's time: jobs, tries and delays run on it; connections' deadlines do not.
package struct ServiceClock: Sendable, Equatable {
  package enum Mode: String, CaseIterable, Sendable {
    /// Time passes.
    case real
    /// Time stands until a tester moves it.
    case manual
  }

  package let mode: Mode
  /// Real time at the start, and the monotonic clock's at the same moment. Nanoseconds.
  private let startWall: Int64
  private let startMonotonic: Int64
  /// Where the service's time began: with the server, or with the one whose state it has taken over.
  private let origin: Int64
  /// Where a held clock stands.
  private var held: Int64

  /// - Parameters:
  ///   - wall: nanoseconds since 1970-01-01T00:00:00Z.
  ///   - monotonic: nanoseconds of the monotonic clock at the same moment: a system clock that is set moves no job.
  package init(_ mode: Mode, wall: Int64, monotonic: Int64) {
    self.mode = mode
    startWall = wall
    startMonotonic = monotonic
    origin = wall
    held = wall
  }

  /// One that goes on from `now`.
  /// - Parameters:
  ///   - origin: where its time began. Nanoseconds since 1970-01-01T00:00:00Z, as `now`.
  ///   - monotonic: nanoseconds of the monotonic clock at `now`.
  init(_ mode: Mode, now: Int64, origin: Int64, monotonic: Int64) {
    self.mode = mode
    startWall = now
    startMonotonic = monotonic
    self.origin = origin
    held = now
  }

  /// Where the service's time began.
  package var start: Timestamp { Timestamp(nanoseconds: origin) }

  /// What time it is.
  /// - Parameter monotonic: nanoseconds of the monotonic clock.
  package func now(_ monotonic: Int64) -> Timestamp {
    switch mode {
    case .real: Timestamp(nanoseconds: startWall &+ (monotonic &- startMonotonic))
    case .manual: Timestamp(nanoseconds: held)
    }
  }

  /// Nanoseconds since the server's start.
  func sinceStart(_ now: Timestamp) -> Int64 { now.nanoseconds - origin }

  /// Moves a held clock on to `time`, never back.
  package mutating func advance(to time: Timestamp) { held = max(held, time.nanoseconds) }

  mutating func reset() { held = origin }
}

/// The service's time: jobs, tries and delays run on it; connections' deadlines do not.
///
/// Times that are read one after the other never go back, whatever the event loop: each loop reads the monotonic clock once
/// a round, so a loop whose round is long has an older reading than others that have had their turn meanwhile. All times
/// lie in `Timestamp.clockRange`.
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
  /// Where a held clock stands; of one that runs, the latest time that was read.
  private var latest: Int64

  /// - Parameters:
  ///   - wall: nanoseconds since 1970-01-01T00:00:00Z.
  ///   - monotonic: nanoseconds of the monotonic clock at the same moment: a system clock that is set moves no job.
  package init(_ mode: Mode, wall: Int64, monotonic: Int64) {
    self.init(mode, now: wall, origin: wall, monotonic: monotonic)
  }

  /// One that goes on from `now`.
  /// - Parameters:
  ///   - origin: where its time began. Nanoseconds since 1970-01-01T00:00:00Z, as `now`.
  ///   - monotonic: nanoseconds of the monotonic clock at `now`.
  init(_ mode: Mode, now: Int64, origin: Int64, monotonic: Int64) {
    self.mode = mode
    startWall = now.clamped(to: Timestamp.clockRange)
    startMonotonic = monotonic
    self.origin = origin.clamped(to: Timestamp.clockRange)
    latest = startWall
  }

  /// Where the service's time began.
  package var start: Timestamp { Timestamp(nanoseconds: origin) }

  /// What time it is: never before a time that was read earlier, and never after `Timestamp.end`.
  /// - Parameter monotonic: nanoseconds of the monotonic clock; an older reading than the one before brings that one's time.
  package mutating func now(_ monotonic: Int64) -> Timestamp {
    if mode == .real, monotonic > startMonotonic {
      latest = max(latest, min(startWall.addingSaturated(monotonic &- startMonotonic), Timestamp.end.nanoseconds))
    }
    return Timestamp(nanoseconds: latest)
  }

  /// Nanoseconds since the server's start.
  func sinceStart(_ now: Timestamp) -> Int64 { now.nanoseconds - origin }

  /// Moves a held clock on to `time`, never back, and not past `Timestamp.end`.
  package mutating func advance(to time: Timestamp) {
    latest = max(latest, min(time, Timestamp.end).nanoseconds)
  }

  mutating func reset() {
    if mode == .manual { latest = origin }
  }
}

extension Int64 {
  func clamped(to range: ClosedRange<Int64>) -> Int64 { Swift.min(Swift.max(self, range.lowerBound), range.upperBound) }
}

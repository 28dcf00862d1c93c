import ByteText
import HTTPCore

/// What time it is for everything that one wake-up of a loop does.
final class LoopClock {
  /// Milliseconds of the monotonic clock: for deadlines.
  private(set) var milliseconds: Int64 = 0
  /// Nanoseconds of the monotonic clock: for durations.
  private(set) var monotonic: Int64 = 0
  /// Nanoseconds since 1970-01-01T00:00:00Z.
  private(set) var wall: Int64 = 0
  /// The Date field's value, rendered once a second; valid until the next update.
  private(set) var date = ByteView(start: nil, count: 0)
  private var renderedSecond: Int64 = -1
  private var dateText = ByteBuffer(capacity: IMFFixdate.length)

  init() { update() }

  /// How far the time has gone on since, in milliseconds, rounded up.
  var lag: Int64 { (SystemClock.monotonic + 999_999) / 1_000_000 - milliseconds }

  func update() {
    monotonic = SystemClock.monotonic
    milliseconds = monotonic / 1_000_000
    wall = SystemClock.wall
    let second = wall / 1_000_000_000
    if second != renderedSecond {
      renderedSecond = second
      dateText.removeAll()
      IMFFixdate.append(secondsSince1970: second, to: &dateText)
      date = dateText.view
    }
  }
}

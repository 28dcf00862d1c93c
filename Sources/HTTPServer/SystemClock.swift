import Glibc

/// The machine's clocks, in nanoseconds.
package enum SystemClock {
  /// Never goes back and has no meaning of its own: for durations and deadlines.
  package static var monotonic: Int64 { read(CLOCK_MONOTONIC) }

  /// Since 1970-01-01T00:00:00Z.
  package static var wall: Int64 { read(CLOCK_REALTIME) }

  private static func read(_ clock: Int32) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

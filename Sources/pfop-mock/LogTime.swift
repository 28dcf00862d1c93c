import Glibc

/// The moment of a log line, with milliseconds. Formatted by hand: it is done for every line, thousands a second.
struct LogTime {
  private let seconds: time_t
  private let milliseconds: Int

  /// - Parameter seconds: since 1970-01-01T00:00:00Z, as `milliseconds` on top of them.
  init(seconds: Int, milliseconds: Int) {
    self.seconds = seconds
    self.milliseconds = milliseconds
  }

  /// What the system's clock shows.
  static var now: LogTime {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return LogTime(seconds: now.tv_sec, milliseconds: now.tv_nsec / 1_000_000)
  }

  /// The time of day in the time zone of this machine (or of `TZ`), for people: `09:05:07.042`.
  var local: String {
    var (seconds, fields) = (seconds, tm())
    localtime_r(&seconds, &fields)
    return timeOfDay(fields)
  }

  /// RFC 3339 in UTC, for machines: `2026-11-23T09:05:07.042Z`.
  var rfc3339: String {
    var (seconds, fields) = (seconds, tm())
    gmtime_r(&seconds, &fields)
    let year = padded(fields.tm_year + 1900, 4)
    return "\(year)-\(padded(fields.tm_mon + 1, 2))-\(padded(fields.tm_mday, 2))T\(timeOfDay(fields))Z"
  }

  private func timeOfDay(_ fields: tm) -> String {
    "\(padded(fields.tm_hour, 2)):\(padded(fields.tm_min, 2)):\(padded(fields.tm_sec, 2)).\(padded(milliseconds, 3))"
  }

  private func padded(_ number: some BinaryInteger, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(width - digits.utf8.count, 0)) + digits
  }
}

import ByteText

/// A moment, as nanoseconds since 1970-01-01T00:00:00Z.
package struct Timestamp: Sendable, Equatable, Comparable {
  package var nanoseconds: Int64

  package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// The last moment that the service's clock comes to: 2261-01-01T00:00:00Z. A year more, the longest wait there is
  /// (`DurationText.maximum`), can still be counted in 64 bits.
  package static let end = Timestamp(nanoseconds: 9_183_110_400_000_000_000)
  /// Where the service's clock may stand.
  package static let clockRange = 0...end.nanoseconds

  /// The moment that comes so many nanoseconds later; nil behind `end`.
  package func later(by span: Int64) -> Timestamp? {
    let sum = nanoseconds.addingSaturated(span)
    return sum <= Timestamp.end.nanoseconds ? Timestamp(nanoseconds: sum) : nil
  }

  package static func < (first: Timestamp, second: Timestamp) -> Bool { first.nanoseconds < second.nanoseconds }

  /// The service's clocks show the time of China, without a summer time since 1991.
  private static let offset: Int64 = 8 * 3600

  /// RFC 3339 with milliseconds: `2026-11-23T16:38:00.250+08:00`. SDKs fail without fraction and offset.
  package var rfc3339: String {
    let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    // Rounded down, also before 1970.
    let seconds = remainder < 0 ? quotient - 1 : quotient
    let milliseconds = (remainder < 0 ? remainder + 1_000_000_000 : remainder) / 1_000_000
    let date = CivilDate(secondsSince1970: seconds + Self.offset)
    let day = "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
    let time = "\(padded(date.hour, 2)):\(padded(date.minute, 2)):\(padded(date.second, 2))"
    return "\(day)T\(time).\(padded(Int(milliseconds), 3))+08:00"
  }

  private func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(width - digits.count, 0)) + digits
  }
}

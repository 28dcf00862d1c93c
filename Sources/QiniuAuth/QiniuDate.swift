import ByteText

/// The value of `X-Qiniu-Date`, by which a signature of the scheme Qiniu grows old: `20261123T045215Z`, in UTC.
package enum QiniuDate {
  /// What may stand there, for messages.
  package static let allowed = "YYYYMMDDTHHMMSSZ, in UTC"

  /// Seconds since 1970-01-01T00:00:00Z; nil for anything that is no such date.
  package static func parse(_ text: ByteView) -> Int64? {
    guard text.count == 16, text[8] == 0x54, text[15] == 0x5A else { return nil }
    func number(_ start: Int, _ end: Int) -> Int? { DecimalText.parse(text.slice(start, end)).map { Int($0) } }
    guard let year = number(0, 4), let month = number(4, 6), let day = number(6, 8), let hour = number(9, 11),
      let minute = number(11, 13), let second = number(13, 15)
    else { return nil }
    return CivilDate.secondsSince1970(
      year: year, month: month, day: day, hour: hour, minute: minute, second: second)
  }
}

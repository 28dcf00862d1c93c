import ByteText

/// A Date field's value, such as `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
package enum IMFFixdate {
  /// Every such date has this many octets.
  package static let length = 29

  /// - Parameter seconds: since 1970-01-01T00:00:00Z; the year is 0 to 9999.
  package static func append(secondsSince1970 seconds: Int64, to buffer: inout ByteBuffer) {
    let date = CivilDate(secondsSince1970: seconds)
    buffer.append(weekdays.slice(date.weekday * 3, date.weekday * 3 + 3))
    buffer.append(", ")
    appendTwoDigits(date.day, to: &buffer)
    buffer.append(byte: ASCII.space)
    buffer.append(months.slice((date.month - 1) * 3, date.month * 3))
    buffer.append(byte: ASCII.space)
    appendTwoDigits(date.year / 100, to: &buffer)
    appendTwoDigits(date.year % 100, to: &buffer)
    buffer.append(byte: ASCII.space)
    appendTwoDigits(date.hour, to: &buffer)
    buffer.append(byte: 0x3A)
    appendTwoDigits(date.minute, to: &buffer)
    buffer.append(byte: 0x3A)
    appendTwoDigits(date.second, to: &buffer)
    buffer.append(" GMT")
  }

  private static var weekdays: ByteView { view("SunMonTueWedThuFriSat") }
  private static var months: ByteView { view("JanFebMarAprMayJunJulAugSepOctNovDec") }

  private static func view(_ text: StaticString) -> ByteView {
    ByteView(start: text.utf8Start, count: text.utf8CodeUnitCount)
  }

  private static func appendTwoDigits(_ value: Int, to buffer: inout ByteBuffer) {
    buffer.append(byte: UInt8(value / 10) + 0x30)
    buffer.append(byte: UInt8(value % 10) + 0x30)
  }
}

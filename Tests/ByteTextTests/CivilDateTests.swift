import Testing

@testable import ByteText

struct CivilDateTests {
  private func text(_ seconds: Int64) -> String {
    let date = CivilDate(secondsSince1970: seconds)
    let weekday = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][date.weekday]
    return "\(weekday) \(date.year)-\(date.month)-\(date.day) \(date.hour):\(date.minute):\(date.second)"
  }

  /// Agreed on by GNU date.
  @Test(arguments: [
    (0, "Thu 1970-1-1 0:0:0"), (1, "Thu 1970-1-1 0:0:1"), (86_399, "Thu 1970-1-1 23:59:59"),
    (86_400, "Fri 1970-1-2 0:0:0"), (784_111_777, "Sun 1994-11-6 8:49:37"), (951_782_399, "Mon 2000-2-28 23:59:59"),
    (951_782_400, "Tue 2000-2-29 0:0:0"), (951_868_800, "Wed 2000-3-1 0:0:0"), (946_684_799, "Fri 1999-12-31 23:59:59"),
    (1_709_164_800, "Thu 2024-2-29 0:0:0"), (1_735_603_200, "Tue 2024-12-31 0:0:0"),
    (2_147_483_648, "Tue 2038-1-19 3:14:8"), (4_107_456_000, "Sun 2100-2-28 0:0:0"),
    (4_107_542_400, "Mon 2100-3-1 0:0:0"), (253_402_300_799, "Fri 9999-12-31 23:59:59"),
  ])
  func knownMoments(seconds: Int64, expected: String) {
    #expect(text(seconds) == expected)
  }

  @Test(arguments: [
    (-1, "Wed 1969-12-31 23:59:59"), (-86_400, "Wed 1969-12-31 0:0:0"), (-86_401, "Tue 1969-12-30 23:59:59"),
    (-2_203_977_600, "Wed 1900-2-28 0:0:0"), (-2_203_891_200, "Thu 1900-3-1 0:0:0"),
    (-11_670_998_400, "Tue 1600-2-29 0:0:0"), (-62_167_219_200, "Sat 0-1-1 0:0:0"),
  ])
  func momentsBefore1970(seconds: Int64, expected: String) {
    #expect(text(seconds) == expected)
  }

  /// Two eras of the calendar, a day at a time, against a count that knows only the lengths of months.
  @Test func eachDayFollowsTheOneBefore() {
    var expected = CivilDate(secondsSince1970: 0)
    for day in Int64(0)..<(2 * 146_097) {
      let date = CivilDate(secondsSince1970: day * 86_400)
      guard date == expected else {
        Issue.record("day \(day) is \(date), not \(expected)")
        return
      }
      let back = CivilDate.secondsSince1970(
        year: date.year, month: date.month, day: date.day, hour: 23, minute: 59, second: 60)
      guard back == (day + 1) * 86_400 else {
        Issue.record("\(date) is day \(day), not \(String(describing: back))")
        return
      }
      let isLeap = date.year % 4 == 0 && (date.year % 100 != 0 || date.year % 400 == 0)
      let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][date.month - 1]
      expected.weekday = (date.weekday + 1) % 7
      expected.day = date.day % days + 1
      if expected.day == 1 { expected.month = date.month % 12 + 1 }
      if expected.day == 1, expected.month == 1 { expected.year += 1 }
    }
  }

  @Test(arguments: [
    [2026, 2, 29, 0, 0, 0], [2026, 4, 31, 0, 0, 0], [2026, 13, 1, 0, 0, 0], [2026, 0, 1, 0, 0, 0],
    [2026, 1, 0, 0, 0, 0],
    [2026, 1, 32, 0, 0, 0], [2026, 1, 1, 24, 0, 0], [2026, 1, 1, 0, 60, 0], [2026, 1, 1, 0, 0, 61],
    [10_000, 1, 1, 0, 0, 0],
    [-1, 1, 1, 0, 0, 0],
  ])
  func datesThatAreNone(_ n: [Int]) {
    let seconds = CivilDate.secondsSince1970(
      year: n[0], month: n[1], day: n[2], hour: n[3], minute: n[4], second: n[5])
    #expect(seconds == nil)
  }
}

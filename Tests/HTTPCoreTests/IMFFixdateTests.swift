import ByteText
import Testing

@testable import HTTPCore

struct IMFFixdateTests {
  @Test(arguments: [
    (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
    (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"), (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
    (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"), (-62_167_219_200, "Sat, 01 Jan 0000 00:00:00 GMT"),
  ])
  func dates(seconds: Int64, expected: String) {
    var buffer = ByteBuffer()
    IMFFixdate.append(secondsSince1970: seconds, to: &buffer)
    #expect(String(decoding: buffer.view, as: UTF8.self) == expected)
    #expect(buffer.count == IMFFixdate.length)
  }

  @Test func namesOfAYear() {
    var names: [String] = []
    for month in 0..<12 {
      var buffer = ByteBuffer()
      IMFFixdate.append(secondsSince1970: Int64(month) * 2_629_746 + 15 * 86_400, to: &buffer)
      names.append(String(decoding: buffer.view.slice(8, 11), as: UTF8.self))
    }
    #expect(names == ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"])
  }
}

import TestSupport
import Glibc
import Testing

@testable import pfop_mock

struct LogTimeTests {
  @Test func forMachinesItIsUTC() {
    #expect(LogTime(seconds: 0, milliseconds: 0).rfc3339 == "1970-01-01T00:00:00.000Z")
    #expect(LogTime(seconds: 1_795_426_507, milliseconds: 42).rfc3339 == "2026-11-23T09:35:07.042Z")
    #expect(LogTime(seconds: 1_709_251_199, milliseconds: 999).rfc3339 == "2024-02-29T23:59:59.999Z")
  }

  /// The time zone of a process is settled at its first use, so each zone takes a process of its own.
  @Test(arguments: [("TST-05:45", 345), ("TST+11:30", -690), ("UTC0", 0)])
  func forPeopleItIsLocal(zone: String, minutes: Int) throws {
    let before = time(nil)
    let process = try MockProcess(["--port", "0", "--log-level", "debug"], environment: ["TZ": zone])
    try process.waitForErrors("\n")
    // The clock that time(2) reads lags some milliseconds behind.
    let after = time(nil) + 1
    // What the clock showed there is the UTC time of a moment so many minutes later.
    let possible = (before...after).map { second in
      LogTime(seconds: second + minutes * 60, milliseconds: 0).rfc3339.dropFirst("2026-11-23T".count).prefix(8)
    }
    #expect(possible.contains(process.errors.prefix(8)), "\(process.errors)")
    #expect(process.errors.prefixMatch(of: /\d\d:\d\d:\d\d\.\d\d\d\s/) != nil)
  }
}

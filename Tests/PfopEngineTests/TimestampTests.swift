import PfopEngine
import Testing

struct TimestampTests {
  @Test(arguments: [
    (Int64(0), "1970-01-01T08:00:00.000+08:00"),
    (1_795_423_080_250_999_999, "2026-11-23T16:38:00.250+08:00"),
    (1_709_222_399_999_000_000, "2024-02-29T23:59:59.999+08:00"),
    (1_000_000, "1970-01-01T08:00:00.001+08:00"),
    (-1, "1970-01-01T07:59:59.999+08:00"),
    (.max, "2262-04-12T07:47:16.854+08:00"),
    (.min, "1677-09-21T08:12:43.145+08:00"),
  ])
  func rfc3339(_ nanoseconds: Int64, _ text: String) {
    #expect(Timestamp(nanoseconds: nanoseconds).rfc3339 == text)
  }
}

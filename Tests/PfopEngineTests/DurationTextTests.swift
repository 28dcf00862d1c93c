import Testing

@testable import PfopEngine

struct DurationTextTests {
  @Test(
    arguments: [
      ("0", 0), ("0s", 0), ("0ms", 0), ("250ms", 250_000_000), ("1.5s", 1_500_000_000), ("10s", 10_000_000_000),
      ("0.5m", 30_000_000_000), ("2h", 7_200_000_000_000), ("0.000000001s", 1), ("1.0000000009s", 1_000_000_000),
      ("8760h", DurationText.maximum), ("007s", 7_000_000_000), ("0.123456789h", 444_444_440_400),
    ] as [(String, Int64)])
  func readsWhatPeopleWrite(_ text: String, _ nanoseconds: Int64) {
    #expect(DurationText.parse(text) == nanoseconds)
  }

  @Test(arguments: [
    "", "1", "s", "ms", "-1s", "+1s", "1 s", " 1s", "1.s", ".5s", "1..5s", "1.5.5s", "1S", "1d", "1us", "1e3s", "８s",
    "8761h",
    "8760.1h", "99999999999999999999s", "0.1", "1s ", "1m30s",
  ])
  func refusesTheRest(_ text: String) {
    #expect(DurationText.parse(text) == nil)
    // What is too long is a span all the same.
    #expect(DurationText.isSpan(text) == ["8761h", "8760.1h", "99999999999999999999s"].contains(text))
  }

  @Test(
    arguments: [
      (0, "0ms"), (1, "0ms"), (250_000_000, "250ms"), (1_500_000_000, "1.5s"), (1_050_000_000, "1.05s"),
      (90_000_000_000, "90s"), (60_000_000_000, "1m"), (7_200_000_000_000, "2h"), (1_000_000_001, "1s"),
    ] as [(Int64, String)])
  func writesThemShort(_ nanoseconds: Int64, _ text: String) { #expect(DurationText.text(nanoseconds) == text) }
}

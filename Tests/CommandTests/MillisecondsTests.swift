import Testing

@testable import pfop_mock

struct MillisecondsTests {
  @Test(arguments: [
    ("1ms", 1), ("250ms", 250), ("5s", 5000), ("2m", 120_000), ("24h", 86_400_000), ("007s", 7000), ("1.5s", 1500),
  ])
  func reads(text: String, count: Int64) {
    #expect(Milliseconds(argument: text) == Milliseconds(count))
  }

  @Test(arguments: [
    "", "5", "s", "0s", "-1s", "+1s", "1.0005s", "5 s", "5S", "5d", "25h", "86400001ms", "9223372036854775807h",
    "92233720368547758080s", "٣s", "0x5s",
  ])
  func refuses(text: String) {
    #expect(Milliseconds(argument: text) == nil)
  }

  @Test func whatHelpShowsCanBeTyped() {
    for count: Int64 in [1, 999, 1000, 1500, 60_000, 86_400_000] {
      #expect(Milliseconds(argument: Milliseconds(count).defaultValueDescription) == Milliseconds(count))
    }
    for example in Milliseconds.examples.split(separator: "|") {
      #expect(Milliseconds(argument: String(example)) != nil)
    }
  }
}

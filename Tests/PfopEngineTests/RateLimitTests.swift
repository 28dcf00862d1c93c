import Testing

@testable import PfopEngine

struct RateLimitTests {
  private static let second: Int64 = 1_000_000_000

  /// Which of the requests at these times, in tenths of a second, are admitted.
  private func admitted(_ limit: RateLimit, _ tenths: [Int64]) -> [Bool] {
    var bucket = TokenBucket(limit, at: (tenths.first ?? 0) * Self.second / 10)
    return tenths.map { bucket.take(limit, at: $0 * Self.second / 10) }
  }

  @Test func soManyASecondAndABurstAfterAPause() {
    let limit = RateLimit(perSecond: 2, burst: 3)
    #expect(admitted(limit, [0, 0, 0, 0, 4, 5, 5, 10]) == [true, true, true, false, false, true, false, true])
    // A long pause brings no more than the burst.
    #expect(admitted(limit, [0, 1000, 1000, 1000, 1000]) == [true, true, true, true, false])
  }

  @Test func slowerThanOneASecond() {
    #expect(
      admitted(RateLimit(perSecond: 0.1), [0, 50, 99, 100, 199, 200]) == [true, false, false, true, false, true])
  }

  /// Thirds of a second add up to whole ones all the same.
  @Test func fractionsAddUp() {
    let limit = RateLimit(perSecond: 3)
    var bucket = TokenBucket(limit, at: 0)
    let count = (0..<3000).count { bucket.take(limit, at: Int64($0) * Self.second / 9) }
    #expect(count == 1000)
  }

  @Test func aClockThatIsPutBackBringsNothing() {
    #expect(admitted(RateLimit(perSecond: 1), [100, 0, 5, 10]) == [true, false, false, true])
  }
}

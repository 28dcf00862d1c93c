import Testing

@testable import PfopEngine

struct AttemptCountsTests {
  private func count(_ counts: inout AttemptCounts, _ content: String, _ path: String = "/pfop") -> Int {
    content.withBytes { content in path.withBytes { counts.count(content, path: $0) } }
  }

  @Test func theSameContentIsCounted() {
    var counts = AttemptCounts()
    #expect(["a", "b", "a", "a", "b", ""].map { count(&counts, $0) } == [1, 1, 2, 3, 2, 1])
    #expect(count(&counts, "a", "/pfop/") == 1)
  }

  @Test func theLastContentsAreRemembered() {
    var counts = AttemptCounts(limit: 2)
    #expect(["a", "b", "a", "c", "a", "d", "e", "f", "a"].map { count(&counts, $0) } == [1, 1, 2, 1, 3, 1, 1, 1, 1])
  }

  @Test func theShareBoundsHowManyAreRemembered() {
    var counts = AttemptCounts(share: 48 * 2 * 1000)
    for number in 0..<10_000 { _ = count(&counts, "\(number)") }
    #expect(counts.octets <= 48 * 2 * 1000 && counts.rows.count >= 1000)
    #expect(counts.evictedCount == 10_000 - counts.rows.count)
    #expect(count(&counts, "9999") == 2 && count(&counts, "0") == 1)
    #expect(counts.emptied().octets == 0)
  }
}

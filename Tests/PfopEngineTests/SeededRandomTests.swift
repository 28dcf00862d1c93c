import Testing

@testable import PfopEngine

struct SeededRandomTests {
  private func numbers(_ random: SeededRandom, _ count: Int = 5) -> [UInt64] {
    var random = random
    return (0..<count).map { _ in random.next() }
  }

  @Test func theSameSeedGivesTheSameNumbers() {
    #expect(numbers(SeededRandom(seed: 7)) == numbers(SeededRandom(seed: 7)))
    #expect(numbers(SeededRandom(seed: 7)) != numbers(SeededRandom(seed: 8)))
    // Of SplitMix64 with the seed 0: other people's runs are told by their seeds, so this may never change.
    #expect(numbers(SeededRandom(seed: 0), 2) == [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4])
  }

  @Test func everyStreamIsItsOwn() {
    let streams = ["", "a", "b", "ab", "ba", "rule 1", "rule 2"].map {
      numbers(SeededRandom(seed: 7, stream: $0.utf8), 1)[0]
    }
    #expect(Set(streams).count == streams.count)
    #expect(numbers(SeededRandom(seed: 7, stream: "a".utf8)) == numbers(SeededRandom(seed: 7, stream: "a".utf8)))
    #expect(numbers(SeededRandom(seed: 7, stream: "a".utf8)) != numbers(SeededRandom(seed: 8, stream: "a".utf8)))
  }

  @Test func unitsAreFromZeroToBelowOne() {
    var random = SeededRandom(seed: 1)
    let units = (0..<10_000).map { _ in random.unit() }
    #expect(units.allSatisfy { 0..<1 ~= $0 })
    #expect(Sample.isOf({ $0 }) { $0.unit() })
  }

  @Test func normalsAreNormal() {
    #expect(Sample.isOf(Sample.normal) { $0.normal() })
    #expect(!Sample.isOf(Sample.normal) { $0.normal() * 1.1 })
  }
}

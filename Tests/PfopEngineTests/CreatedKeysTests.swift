import Testing

@testable import PfopEngine

struct CreatedKeysTests {
  @Test func remembersBucketAndKey() {
    var keys = CreatedKeys(limit: 10)
    "media:a:b".withBytes { keys.insert($0) }
    func contains(_ bucket: String, _ key: String) -> Bool {
      bucket.withBytes { bucket in key.withBytes { keys.contains(bucket: bucket, key: $0) } }
    }
    #expect(contains("media", "a:b"))
    #expect(!contains("media:a", "b"))
    #expect(!contains("media", "a"))
    #expect(!contains("other", "a:b"))
    #expect("media:a:b".withBytes { keys.contains($0) })
  }

  @Test func forgetsTheOldestInTime() {
    var keys = CreatedKeys(limit: 1)
    for number in 0..<300_000 { "b:\(number)".withBytes { keys.insert($0) } }
    let kept = (0..<300_000).filter { number in "b:\(number)".withBytes { keys.contains($0) } }
    #expect(kept.count <= 64 * 2 * 1024)
    #expect(kept.contains(299_999))
    #expect(!kept.contains(0))
  }

  @Test(arguments: 0..<3)
  func octetsAreCountedRightWhateverHappens(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let share = 400_000
    var keys = CreatedKeys(limit: 1, share: share)
    func recount() -> Int { keys.shards.reduce(0) { $0 + $1.young.octets + $1.old.octets } }
    for round in 0..<40_000 {
      let name = String(repeating: "k", count: random.below(round % 100 == 0 ? 9000 : 40))
      "b\(random.below(3)):\(random.below(30_000))\(name)".withBytes { keys.insert($0) }
      if random.below(4000) == 0 { "b1".withBytes { keys.removeAll(of: $0) } }
      if round % 64 == 0 { #expect(keys.octets == recount()) }
      // A table that grows is twice as large for a moment.
      #expect(keys.octets < share + 100_000)
    }
    #expect(keys.octets == recount() && keys.evictedCount > 0)
    #expect(keys.emptied().octets == CreatedKeys(limit: 1).octets)
  }

  @Test func longKeysLeaveFirstWhenTheyTakeTooMuch() {
    var keys = CreatedKeys(limit: 1_000_000, share: 4 << 20)
    let names = (0..<100).map { "b:\($0)" + String(repeating: "k", count: 100_000) }
    for name in names { name.withBytes { keys.insert($0) } }
    let kept = names.filter { name in name.withBytes { keys.contains($0) } }
    #expect(keys.octets < 5 << 20)
    #expect(kept.count >= 5 && kept == names.suffix(kept.count))
    // One that has no room at all is not remembered, and costs no other its place.
    String(repeating: "k", count: 3 << 20).withBytes { keys.insert($0) }
    #expect(keys.octets < 5 << 20 && names[99].withBytes { keys.contains($0) })
  }
}

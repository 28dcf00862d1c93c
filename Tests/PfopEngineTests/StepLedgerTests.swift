import Testing

@testable import PfopEngine

struct StepLedgerTests {
  private func take(_ ledger: inout StepLedger, _ name: String, _ step: Int = 0) -> Int {
    let row = name.withBytes { ledger.row($0) }
    ledger.take(step, in: row)
    return ledger.taken(step, in: row)
  }

  @Test func everyNameHasCountsOfItsOwn() {
    var ledger = StepLedger(stepCount: 2)
    #expect([take(&ledger, "a"), take(&ledger, "b"), take(&ledger, "a"), take(&ledger, "a", 1)] == [1, 1, 2, 1])
    #expect(take(&ledger, "") == 1)
  }

  @Test func theLastNamesAreRemembered() {
    var ledger = StepLedger(stepCount: 1, limit: 3)
    #expect(take(&ledger, "a") == 1)
    for name in ["b", "c", "d"] { #expect(take(&ledger, name) == 1) }
    // Of the generation before, and taken over into this one.
    #expect(take(&ledger, "a") == 2)
    for name in ["e", "f", "g"] { #expect(take(&ledger, name) == 1) }
    #expect(take(&ledger, "a") == 3)
    for name in ["h", "i", "j", "k", "l", "m", "n"] { #expect(take(&ledger, name) == 1) }
    #expect(take(&ledger, "a") == 1)
  }

  @Test func everyNameHasARateOfItsOwn() {
    var ledger = StepLedger(stepCount: 2)
    let limit = RateLimit(perSecond: 1)
    let admitted = ["a", "b", "a", "b"].map { name in
      let row = name.withBytes { ledger.row($0) }
      return ledger.admits(1, in: row, limit, at: 0)
    }
    #expect(admitted == [true, true, false, false])
  }

  @Test(arguments: 0..<3)
  func octetsAreCountedRightWhateverHappens(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var ledger = StepLedger(stepCount: 3, limit: 100)
    for _ in 0..<5000 {
      let name = "\(random.below(400))" + String(repeating: "n", count: random.below(300))
      _ = take(&ledger, name, random.below(3))
      if random.below(300) == 0 { ledger.rotate() }
      #expect(ledger.octets == ledger.octets(of: ledger.young) + ledger.octets(of: ledger.old))
    }
    #expect(ledger.evictedCount > 0)
    ledger.rotate()
    ledger.rotate()
    #expect(ledger.octets == 0)
  }
}

import Testing

@testable import PfopMock

struct SweptTableTests {
  private static let count = 20_000

  @Test func unusedEntriesAreDroppedAsItGrows() {
    var table = SweptTable<Int, String>(minimumSweepCount: 4)
    for key in 0..<4 {
      let hasSwept = table.insert(key < 2 ? "used" : "unused", for: key) { $0 == "unused" }
      #expect(!hasSwept)
    }
    #expect(table.insert("unused", for: 4) { $0 == "unused" } == true)
    #expect(table.count == 3 && table[1] == "used" && table[2] == nil && table[4] == "unused")
  }

  @Test func entriesInUseAreExaminedAConstantNumberOfTimesEach() {
    var table = SweptTable<Int, Int>(minimumSweepCount: 1024)
    var examined = 0
    for key in 0..<Self.count {
      _ = table.insert(key, for: key) { _ in
        examined += 1
        return false
      }
    }
    #expect(table.count == Self.count)
    #expect(examined <= 2 * Self.count, "\(examined) examinations for \(Self.count) insertions")
  }

  @Test func aTableWhoseEntriesAreNoLongerInUseShrinks() {
    var table = SweptTable<Int, Int>(minimumSweepCount: 1024)
    for key in 0..<Self.count { _ = table.insert(key, for: key) { _ in false } }
    for key in Self.count..<4 * Self.count { _ = table.insert(key, for: key) { _ in true } }
    #expect(table.count <= 1024)
  }
}

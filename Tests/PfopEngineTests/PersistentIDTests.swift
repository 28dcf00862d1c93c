import PfopEngine
import Testing

struct PersistentIDTests {
  @Test func oneMillionAreDistinctAndAscending() {
    var ids = PersistentID(start: 9_007_199_254_740_993)
    var last: Int64 = 0
    for _ in 0..<1_000_000 {
      guard let id = ids.take(), id > last else {
        Issue.record("not ascending after \(last)")
        return
      }
      last = id
    }
    #expect(last == 9_007_199_254_740_993 + 999_999)
  }

  @Test func endsWithoutStartingOver() {
    var ids = PersistentID(start: .max - 1)
    let taken = (0..<4).map { _ in ids.take() }
    #expect(taken == [Int64.max - 1, Int64.max, nil, nil])
  }

  @Test(arguments: [
    ("1", 1), ("9007199254740993", 9_007_199_254_740_993), ("9223372036854775807", Int64.max),
    ("z0.1a206be0859", 0x1a2_06be_0859), ("z12.FF", 255), ("z0.7fffffffffffffff", .max),
  ])
  func parses(_ text: String, _ id: Int64) {
    #expect(text.withBytes { PersistentID.parse($0) } == id)
  }

  @Test(arguments: [
    "", "-1", "+1", " 1", "1 ", "1.0", "1e3", "0x1", "fakePersistentId",
    "z", "z0", "z0.", "z.1", "zx.1", "z0.doesnotexist", "z0.1.2", "Z0.1", "1\0",
  ])
  func refuses(_ text: String) {
    #expect(text.withBytes { PersistentID.parse($0) } == nil)
  }

  @Test(arguments: [
    "0", "9223372036854775808", "99999999999999999999", "z0.0", "z0.8000000000000000", "z0.5f9a2b3c4d5e6f7081920a1b",
  ])
  func isSomebodyElses(_ text: String) {
    #expect(text.withBytes { PersistentID.parse($0) } == 0)
  }
}

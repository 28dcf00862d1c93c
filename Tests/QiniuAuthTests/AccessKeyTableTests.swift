import Testing

@testable import QiniuAuth

struct AccessKeyTableTests {
  private func index(of key: String, in table: AccessKeyTable) -> Int? {
    Array(key.utf8).withUnsafeBytes { table.index(of: $0) }
  }

  @Test func findsEachOfMany() {
    let keys = (0..<1000).map { "ak\($0)" }
    let table = AccessKeyTable(keys)
    for (position, key) in keys.enumerated() { #expect(index(of: key, in: table) == position) }
    for key in ["", "ak", "ak1000", "AK1", "ak1 "] { #expect(index(of: key, in: table) == nil) }
  }

  @Test func findsTheFirstOfEqualKeys() {
    #expect(index(of: "a", in: AccessKeyTable(["b", "a", "a"])) == 1)
  }

  @Test func findsNothingInAnEmptyTable() {
    #expect(index(of: "a", in: AccessKeyTable([])) == nil)
    #expect(index(of: "", in: AccessKeyTable([""])) == nil)
    #expect(index(of: "a", in: AccessKeyTable(["", "a"])) == 1)
  }
}

import Testing

@testable import PfopEngine

struct ByteTableTests {
  @Test func findsEveryNameAmongMany() {
    var table = ByteTable()
    #expect("a".withBytes { table.index(of: $0) } == nil)
    for number in 0..<100_000 {
      #expect("key/\(number).mp4".withBytes { table.insert($0) } == number)
    }
    #expect("key/7.mp4".withBytes { table.insert($0) } == 7)
    #expect(table.count == 100_000)
    for number in stride(from: 0, to: 100_000, by: 7) {
      #expect("key/\(number).mp4".withBytes { table.index(of: $0) } == number)
      #expect(table.name(number) == "key/\(number).mp4")
    }
    #expect("key/100000.mp4".withBytes { table.index(of: $0) } == nil)
  }

  @Test func keepsTheEmptyName() {
    var table = ByteTable()
    #expect("".withBytes { table.index(of: $0) } == nil)
    #expect("".withBytes { table.insert($0) } == 0)
    #expect("a".withBytes { table.insert($0) } == 1)
    #expect("".withBytes { table.index(of: $0) } == 0)
  }
}

import ByteText
import Testing

struct FlatListTests {
  private func elements(_ list: borrowing FlatList<Int>) -> [Int] { (0..<list.count).map { list[$0] } }

  @Test func valuesStayInTheirOrderWhileItGrows() {
    var list = FlatList<Int>(capacity: 1)
    for number in 0..<100 { list.append(number) }
    let all = elements(list)
    #expect(all == Array(0..<100))
    list.removeAll()
    list.append(7)
    let rest = elements(list)
    #expect(rest == [7])
  }

  @Test(arguments: [(0, [1, 2]), (1, [0, 2]), (2, [0, 1])])
  func oneIsRemovedAndThoseBehindMoveUp(index: Int, left: [Int]) {
    var list = FlatList<Int>()
    for number in 0..<3 { list.append(number) }
    list.remove(at: index)
    let rest = elements(list)
    #expect(rest == left)
  }
}

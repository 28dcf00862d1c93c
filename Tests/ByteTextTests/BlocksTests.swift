import ByteText
import Testing

struct BlocksTests {
  private func all(_ blocks: Blocks<Int>) -> [Int] { blocks.indices.map { blocks[$0] } }

  @Test(arguments: [1, 2, 64])
  func everyCopyIsItsOwn(_ length: Int) {
    var blocks = Blocks<Int>(length: length)
    var model: [Int] = []
    var copies: [(Blocks<Int>, [Int])] = []
    for number in 0..<500 {
      switch number % 7 {
      case 3 where !model.isEmpty:
        blocks.remove(at: number * 31 % model.count)
        model.remove(at: number * 31 % model.count)
      case 4:
        blocks.insert(number, at: number * 17 % (model.count + 1))
        model.insert(number, at: number * 17 % (model.count + 1))
      case 5 where !model.isEmpty:
        blocks[number % model.count] = -number
        model[number % model.count] = -number
      default:
        blocks.append(number)
        model.append(number)
      }
      if number % 50 == 0 { copies.append((blocks, model)) }
    }
    for (blocks, model) in copies + [(blocks, model)] {
      #expect(all(blocks) == model && blocks.count == model.count)
      #expect(model.indices.allSatisfy { place in blocks.with(place) { $0 == model[place] } })
    }
    while blocks.count > 0 { blocks.remove(at: 0) }
    blocks.append(1)
    #expect(all(blocks) == [1])
  }

  @Test func repeatsAnElement() {
    #expect(all(Blocks(repeating: 7, count: 5, length: 2)).prefix(5) == [7, 7, 7, 7, 7])
    #expect(Blocks<Int>(repeating: 7, count: 8, length: 4).count == 8)
  }
}

/// A list in blocks. Copies share all blocks but those that one of them changes, so that a change costs the same however
/// long the list is, but for a reference to each block.
struct Blocks<Element: Sendable>: Sendable {
  private let length: Int
  private var blocks: [[Element]] = []
  private(set) var count = 0

  /// - Parameter length: how many elements a block has.
  init(length: Int) { self.length = length }

  init(repeating element: Element, count: Int, length: Int) {
    self.length = length
    self.count = count
    blocks = Array(repeating: Array(repeating: element, count: length), count: (count + length - 1) / length)
  }

  subscript(index: Int) -> Element {
    _read { yield blocks[index / length][index % length] }
    _modify { yield &blocks[index / length][index % length] }
  }

  mutating func append(_ element: Element) {
    if count == blocks.count * length {
      blocks.append([])
      blocks[blocks.count - 1].reserveCapacity(length)
    }
    blocks[blocks.count - 1].append(element)
    count += 1
  }

  /// What `body` makes of an element. It is not copied, and no reference is counted.
  func with<Result>(_ index: Int, _ body: (Element) -> Result) -> Result {
    let blocks = blocks.span
    let block = blocks[index / length].span
    return body(block[index % length])
  }
}

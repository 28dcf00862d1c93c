/// A list in blocks. Copies share all blocks but those that one of them changes, so that a change costs the same however
/// long the list is, but for a reference to each block.
@usableFromInline
package struct Blocks<Element: Sendable>: Sendable {
  @usableFromInline let length: Int
  @usableFromInline var blocks: [[Element]] = []
  @usableFromInline var used = 0

  /// - Parameter length: how many elements a block has.
  @inlinable
  package init(length: Int = 64) { self.length = length }

  @inlinable
  package init(repeating element: Element, count: Int, length: Int) {
    self.length = length
    used = count
    blocks = Array(repeating: Array(repeating: element, count: length), count: (count + length - 1) / length)
  }

  @inlinable package var count: Int { used }

  @inlinable package var indices: Range<Int> { 0..<used }

  @inlinable
  package subscript(index: Int) -> Element {
    _read { yield blocks[index / length][index % length] }
    _modify { yield &blocks[index / length][index % length] }
  }

  @inlinable
  package mutating func append(_ element: Element) {
    if used == blocks.count * length {
      blocks.append([])
      blocks[blocks.count - 1].reserveCapacity(length)
    }
    blocks[blocks.count - 1].append(element)
    used += 1
  }

  /// Costs one step for each element behind it, as `remove` does.
  @inlinable
  package mutating func insert(_ element: Element, at index: Int) {
    append(element)
    for place in stride(from: used - 1, to: index, by: -1) { self[place] = self[place - 1] }
    self[index] = element
  }

  @inlinable
  package mutating func remove(at index: Int) {
    for place in index..<used - 1 { self[place] = self[place + 1] }
    blocks[blocks.count - 1].removeLast()
    if blocks[blocks.count - 1].isEmpty { blocks.removeLast() }
    used -= 1
  }

  /// What `body` makes of an element. It is not copied, and no reference is counted.
  @inlinable
  package func with<Result>(_ index: Int, _ body: (Element) -> Result) -> Result {
    let blocks = blocks.span
    let block = blocks[index / length].span
    return body(block[index % length])
  }
}

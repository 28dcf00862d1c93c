/// Elements of which the least comes out first. Four children a node: a deep heap is walked through caches, not memory.
struct MinimumHeap<Element: Comparable> {
  private var elements: [Element] = []

  var count: Int { elements.count }
  var first: Element? { elements.first }

  mutating func insert(_ element: Element) {
    elements.append(element)
    rise(from: elements.count - 1)
  }

  mutating func popFirst() -> Element? {
    guard let first = elements.first, let last = elements.popLast() else { return nil }
    if !elements.isEmpty {
      elements[0] = last
      sink(from: 0)
    }
    return first
  }

  /// Drops every element that `isObsolete`.
  mutating func removeAll(where isObsolete: (Element) -> Bool) {
    elements.removeAll(where: isObsolete)
    for index in stride(from: elements.count / 4, through: 0, by: -1) where index < elements.count { sink(from: index) }
  }

  private mutating func rise(from start: Int) {
    let element = elements[start]
    var index = start
    while index > 0, element < elements[(index - 1) / 4] {
      elements[index] = elements[(index - 1) / 4]
      index = (index - 1) / 4
    }
    elements[index] = element
  }

  private mutating func sink(from start: Int) {
    let element = elements[start]
    var index = start
    while 4 * index + 1 < elements.count {
      var least = 4 * index + 1
      for child in least + 1..<max(least + 1, min(least + 4, elements.count)) where elements[child] < elements[least] {
        least = child
      }
      guard elements[least] < element else { break }
      elements[index] = elements[least]
      index = least
    }
    elements[index] = element
  }
}

extension MinimumHeap: Sendable where Element: Sendable {}

/// First in, first out.
package struct Queue<Element> {
  private var elements: [Element] = []
  /// How many of `elements` have been taken.
  private var taken = 0

  package init() {}

  package var count: Int { elements.count - taken }
  package var isEmpty: Bool { count == 0 }

  package mutating func append(_ element: Element) { elements.append(element) }

  package mutating func popFirst() -> Element? {
    guard taken < elements.count else { return nil }
    defer {
      taken += 1
      // What has been taken is dropped once it is half of all: so each element is moved once on average.
      if taken * 2 >= elements.count {
        elements.removeFirst(taken)
        taken = 0
      }
    }
    return elements[taken]
  }
}

extension Queue: Sendable where Element: Sendable {}

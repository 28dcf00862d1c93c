import Testing

@testable import PfopEngine

struct MinimumHeapTests {
  @Test(arguments: [0, 1, 2, 5, 21, 1000])
  func givesBackInOrder(_ count: Int) {
    var generator = SystemRandomNumberGenerator()
    let numbers = (0..<count).map { _ in Int.random(in: 0..<max(count / 2, 1), using: &generator) }
    var heap = MinimumHeap<Int>()
    for number in numbers { heap.insert(number) }
    #expect(heap.count == count && heap.first == numbers.min())
    #expect(Array(drain(&heap)) == numbers.sorted())
    #expect(heap.popFirst() == nil)
  }

  @Test func staysInOrderAfterARemoval() {
    var heap = MinimumHeap<Int>()
    for number in (0..<1000).shuffled() { heap.insert(number) }
    heap.removeAll { $0 % 3 != 0 }
    #expect(Array(drain(&heap)) == Array(stride(from: 0, to: 1000, by: 3)))
    heap.removeAll { _ in true }
    #expect(heap.count == 0)
  }

  private func drain(_ heap: inout MinimumHeap<Int>) -> [Int] {
    var numbers: [Int] = []
    while let number = heap.popFirst() { numbers.append(number) }
    return numbers
  }
}

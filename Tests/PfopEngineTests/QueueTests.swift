import Testing

@testable import PfopEngine

struct QueueTests {
  @Test func firstInFirstOut() {
    var queue = Queue<Int>()
    #expect(queue.popFirst() == nil && queue.isEmpty)
    var next = 0
    var awaited = 0
    for round in 0..<2000 {
      for _ in 0..<(round % 7) {
        queue.append(next)
        next += 1
      }
      for _ in 0..<(round % 5) {
        guard let first = queue.popFirst() else { break }
        #expect(first == awaited)
        awaited += 1
      }
      #expect(queue.count == next - awaited)
    }
    while let first = queue.popFirst() {
      #expect(first == awaited)
      awaited += 1
    }
    #expect(awaited == next && next > 5000)
  }
}

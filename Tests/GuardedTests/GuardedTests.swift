import Dispatch
import Glibc
import Guarded
import Synchronization
import Testing

struct GuardedTests {
  @Test func oneAtATime() {
    let value = Guarded(0)
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      for _ in 0..<10_000 { value.withLock { $0 += 1 } }
    }
    #expect(value.withLock { $0 } == 80_000)
  }

  // Of its own, so with a thread of its own: those of the global queue are the tests', as many as processors, and
  // two tests that wait for a third thread of them wait for ever.
  private let other = DispatchQueue(label: "other")

  @Test func whoHasFoundItTakenComesFirst() throws {
    let value = Guarded(0)
    let group = DispatchGroup()
    for round in 1...100 {
      try value.withLock { _ in
        other.async(group: group) { value.withLock { $0 = round } }
        try awaitSomebody(at: value)
      }
      value.letOthersGoFirst(patience: .max)
      // Whoever waited has it, or has had it.
      #expect(value.withLock { $0 } == round)
    }
    group.wait()
  }

  @Test func patienceHasAnEnd() throws {
    let value = Guarded(0)
    let group = DispatchGroup()
    try value.withLock { _ in
      other.async(group: group) { value.withLock { $0 = 1 } }
      try awaitSomebody(at: value)
      // Nobody can have it before this returns.
      value.letOthersGoFirst(patience: 10)
    }
    group.wait()
    #expect(value.withLock { $0 } == 1)
  }

  private struct NobodyCame: Error {}

  private func awaitSomebody(at value: Guarded<Int>) throws {
    let end = ContinuousClock.now + .seconds(10)
    while value.waitingCount == 0 {
      guard ContinuousClock.now < end else { throw NobodyCame() }
      sched_yield()
    }
  }
}

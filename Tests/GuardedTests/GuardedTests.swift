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

  @Test func whoHasFoundItTakenComesFirst() {
    let value = Guarded(0)
    let group = DispatchGroup()
    for round in 1...100 {
      value.withLock { _ in
        DispatchQueue.global().async(group: group) { value.withLock { $0 = round } }
        while value.waitingCount == 0 { sched_yield() }
      }
      value.letOthersGoFirst(patience: .max)
      // Whoever waited has it, or has had it.
      #expect(value.withLock { $0 } == round)
    }
    group.wait()
  }

  @Test func patienceHasAnEnd() {
    let value = Guarded(0)
    let group = DispatchGroup()
    value.withLock { _ in
      DispatchQueue.global().async(group: group) { value.withLock { $0 = 1 } }
      while value.waitingCount == 0 { sched_yield() }
      // Nobody can have it before this returns.
      value.letOthersGoFirst(patience: 10)
    }
    group.wait()
    #expect(value.withLock { $0 } == 1)
  }
}

import Testing

@testable import PfopEngine

struct JobScheduleTests {
  @Test func goesByTimeThenByID() {
    var schedule = JobSchedule()
    for (time, id) in [(5, 1), (3, 9), (3, 2), (5, 0), (4, 7)] as [(Int64, Int64)] {
      schedule.insert(time: time, id: id)
    }
    var order: [Int64] = []
    while let entry = schedule.popFirst() { order.append(entry.id) }
    #expect(order == [2, 9, 7, 0, 1])
  }

  /// A job that is put off again and again leaves nothing behind for good.
  @Test func overtakenEntriesAreSweptOut() {
    var schedule = JobSchedule()
    for time in 1...100_000 as ClosedRange<Int64> {
      schedule.insert(time: time, id: 1)
      if schedule.needsSweep { schedule.sweep { $0.time == time } }
    }
    var count = 0
    while schedule.popFirst() != nil { count += 1 }
    #expect(count <= 4096)
  }
}

import Testing

@testable import PfopEngine

struct DeliveryLogTests {
  @Test(arguments: [1, 3, 1023, 1024, 1025, 2500])
  func keepsTheNewest(_ limit: Int) {
    var log = DeliveryLog(limit: limit)
    for id in 1...5000 as ClosedRange<Int64> {
      #expect(log.begin(of: id, attempt: 1, at: Timestamp(nanoseconds: id)).number == id)
    }
    #expect(log.numbers == 5001 - Int64(limit)..<5001)
    for number in log.numbers { #expect(log[number]?.id == number) }
    #expect(log[5000 - Int64(limit)] == nil && log[5001] == nil && log[-1] == nil)
  }

  @Test func numbersGoOnAfterAReset() {
    var log = DeliveryLog(limit: 3)
    for id in 1...5 as ClosedRange<Int64> { _ = log.begin(of: id, attempt: 1, at: Timestamp(nanoseconds: 0)) }
    log.removeAll()
    #expect(log.numbers.isEmpty && log[5] == nil)
    var last = log.begin(of: 9, attempt: 2, at: Timestamp(nanoseconds: 0))
    #expect(last.number == 6)
    last.outcome = .failed("refused")
    log[6] = last
    log[5] = last
    #expect(log[6]?.outcome == .failed("refused") && log[5] == nil)
    log[6] = nil
    #expect(log[6] == nil && log.numbers == 6..<7)
  }

  private func ending(_ count: Int) -> Delivery.Ending {
    Delivery.Ending(.answered(status: 200, content: Array(repeating: 0, count: count), remark: nil))
  }

  @Test(arguments: 0..<3)
  func octetsAreCountedRightWhateverHappens(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let share = 400_000
    var log = DeliveryLog(limit: 3000, share: share)
    func recount() -> Int {
      log.chunks.reduce(0) { octets, chunk in
        let places = Int(DeliveryLog.chunkCount) * MemoryLayout<Delivery?>.stride
        return octets + places + chunk.reduce(0) { $0 + ($1?.ending.octets ?? 0) }
      }
    }
    let time = Timestamp(nanoseconds: 0)
    for round in 0..<12_000 {
      switch random.below(8) {
      case 0...2: _ = log.begin(of: 1, attempt: 1, at: time)
      case 3: _ = log.append(of: 1, attempt: 1, at: time, ending(random.below(2000)))
      case 4: log[log.next - 1 - Int64(random.below(4000))] = nil
      default:
        let number = log.next - 1 - Int64(random.below(200))
        log[number]?.ending = ending(random.below(2000))
      }
      if round % 16 == 0 { #expect(log.octets == recount()) }
      #expect(log.octets <= share)
    }
    #expect(log.evictedCount > 0)
    log.removeAll()
    #expect(log.octets == 0 && recount() == 0)
  }

  /// The oldest that have ended leave; what is under way is still awaited.
  @Test func theEndsOfTheOldestLeave() throws {
    var log = DeliveryLog(limit: 1000, share: 200_000)
    let time = Timestamp(nanoseconds: 0)
    let first = log.begin(of: 1, attempt: 1, at: time)
    for id in 2...100 as ClosedRange<Int64> { _ = log.append(of: id, attempt: 1, at: time, ending(10_000)) }
    let kept = log.numbers.filter { log[$0] != nil }
    #expect(kept.first == 1 && log[1]?.outcome == .underWay)
    #expect(kept.count > 5 && kept.dropFirst() == ArraySlice(101 - Int64(kept.count - 1)...100))
    #expect(log.evictedCount == 100 - kept.count)
    // It has outlasted those of its time.
    var late = first
    late.ending = ending(10)
    log[1] = late
    #expect(log[1] == nil)
    var shared = try #require(log[100])
    shared.ending = Delivery.Ending(.suppressed("no"), isShared: true)
    let before = log.octets
    log[100] = shared
    #expect(log.octets < before - 10_000 && log[100]?.outcome == .suppressed("no"))
  }

  @Test func placesTakeNoMoreThanHalfOfTheShare() {
    var log = DeliveryLog(limit: 1_000_000, share: 10 * 1024 * MemoryLayout<Delivery?>.stride)
    for id in 1...50_000 as ClosedRange<Int64> { _ = log.begin(of: id, attempt: 1, at: Timestamp(nanoseconds: 0)) }
    #expect(log.numbers == 50_001 - 5 * 1024..<50_001)
  }
}

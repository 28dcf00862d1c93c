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
}

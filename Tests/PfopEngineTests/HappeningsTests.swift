import Testing

@testable import PfopEngine

struct HappeningsTests {
  @Test func nothingIsWrittenDownBeforeSomebodyListens() {
    var happenings = Happenings()
    happenings.note(.request(1))
    #expect(happenings.next == 1)
    let isNew = happenings.takeNew()
    #expect(!isNew)
    happenings.keep()
    happenings.note(.request(2))
    let news = [happenings.takeNew(), happenings.takeNew()]
    #expect(news == [true, false])
    #expect(happenings[1] == .request(2))
  }

  @Test func theOldestMakeRoom() {
    var happenings = Happenings()
    happenings.keep()
    let count = 2 * Happenings.maximumCapacity + 5
    for number in 1...count { happenings.note(.request(number)) }
    #expect(happenings.oldest == count - Happenings.maximumCapacity + 1)
    for number in happenings.oldest..<happenings.next { #expect(happenings[number] == .request(number)) }
  }

  @Test func theShareBoundsTheRing() {
    var happenings = Happenings(share: 2 * 100 * MemoryLayout<Happening>.stride)
    happenings.keep()
    for number in 1...250 as ClosedRange<UInt64> { happenings.note(.request(number)) }
    #expect(happenings.oldest == 151 && happenings.evictedCount == 150)
    #expect(happenings[151] == .request(151) && happenings[250] == .request(250))
    #expect(happenings.octets >= 100 * MemoryLayout<Happening>.stride)
    #expect(Happenings(share: 0).oldest == 1)
  }
}

import Foundation
import Testing

@testable import PfopEngine

struct DelayTests {
  private static let count = 10_000
  private static let millisecond: Int64 = 1_000_000

  private func draw(_ delay: Delay, seed: UInt64 = 1) -> [Int64] {
    var random = SeededRandom(seed: seed)
    return (0..<DelayTests.count).map { _ in delay.draw(&random) }
  }

  @Test func aFixedOneIsAlwaysTheSame() { #expect(Set(draw(.fixed(5))) == [5]) }

  @Test func aUniformOneIsEvenBetweenItsEnds() {
    let (least, most) = (50 * Self.millisecond, 400 * Self.millisecond)
    let spans = draw(.uniform(least, most))
    #expect(spans.allSatisfy { least...most ~= $0 })
    #expect(
      Sample.isOf({ ($0 - Double(least)) / Double(most - least) }) { Double(Delay.uniform(least, most).draw(&$0)) })
    #expect(Set(draw(.uniform(7, 7))) == [7])
    #expect(Set(draw(.uniform(0, 2))) == [0, 1, 2])
  }

  @Test(arguments: [0.1, 0.5, 1.5])
  func aLognormalOneIsNormalInItsLogarithm(_ sigma: Double) {
    let median = 100 * Self.millisecond
    let delay = Delay.lognormal(median: median, sigma: sigma)
    let spans = draw(delay)
    #expect(Sample.isOf({ Sample.normal(log($0 / Double(median)) / sigma) }) { Double(delay.draw(&$0)) })
    #expect(abs(Sample(spans.map(Double.init)).median / Double(median) - 1) < 0.05 * max(sigma, 1))
  }

  @Test func noneIsLongerThanAnHour() {
    let spans = draw(.lognormal(median: Delay.maximum, sigma: 10))
    #expect(spans.allSatisfy { 0...Delay.maximum ~= $0 })
    #expect(spans.contains(Delay.maximum))
    #expect(Set(draw(.lognormal(median: 9, sigma: 0))) == [9])
  }

  @Test func theSeedDecides() {
    let delay = Delay.uniform(0, Delay.maximum)
    #expect(draw(delay, seed: 3) == draw(delay, seed: 3))
    #expect(draw(delay, seed: 3) != draw(delay, seed: 4))
  }
}

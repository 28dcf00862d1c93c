import PfopEngine
import Testing

/// `fixtures/chaos.yaml`: the same day for the same seed, and each trouble about as often as it says.
struct ChaosTests {
  private static let count = 5000

  private func requests(seed: UInt64) throws -> [Scripted<Decision>] {
    let path = "\(Samples.packageRoot)/fixtures/chaos.yaml"
    guard case .loaded(let fixture) = FixtureLoader.load(paths: [path]) else { throw Samples.Broken(problems: []) }
    var state = ServiceState(fixture: fixture, settings: .init(seed: seed))
    return try (0..<ChaosTests.count).map { try state.script(Samples.form(["key": "\($0)"])) }
  }

  /// Which step of the bucket's script has decided.
  private func step(_ decision: Decision) -> Int? {
    switch decision {
    case .accepted(_, let rule): rule?.step
    case .unanswered(let rule): rule.step
    case .refused(let refusal):
      if case .rule(let rule) = refusal.check { rule.step } else { nil }
    }
  }

  @Test func theSameSeedIsTheSameDay() throws {
    let day = try requests(seed: 7)
    #expect(try requests(seed: 7) == day)
    #expect(try requests(seed: 8) != day)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func everyTroubleComesAboutAsOftenAsItSays(_ seed: UInt64) throws {
    let steps = try requests(seed: seed).map { step($0.decision) }
    let rates = [0.02, 0.01, 0.01, 0.01, 0.01, 0.002, 0.005, 0.005, 0.005, 0.03, 0.02, 0.01, 0.02]
    var rest = Double(ChaosTests.count)
    for (index, rate) in rates.enumerated() {
      let taken = Double(steps.count { $0 == index + 1 })
      // Four deviations: one seed in ten thousand or so goes beyond, and these three do not.
      let deviation = (rest * rate * (1 - rate)).squareRoot()
      #expect(abs(taken - rest * rate) < 4 * deviation, "step \(index + 1): \(taken) of \(rest)")
      rest -= taken
    }
    #expect(steps.count { $0 == rates.count + 1 } == Int(rest))
  }

  @Test func halfOfTheUsualAnswersTakeLessThanTheMedian() throws {
    let delays = try requests(seed: 7).filter { step($0.decision) == 14 }.map { $0.script?.delay ?? 0 }
    let below = Double(delays.count { $0 < 40_000_000 }) / Double(delays.count)
    #expect(delays.count > 4000 && abs(below - 0.5) < 0.03, "\(below)")
    // 40 ms · e^(0.6 · 3): one in 740 is beyond.
    #expect(delays.count { $0 > 242_000_000 } < 20)
  }
}

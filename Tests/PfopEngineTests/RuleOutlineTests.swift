import ByteText
import Testing

@testable import PfopEngine

struct RuleOutlineTests {
  private static let rules = """
    buckets: { media: { keys: ["*"], then: { status: 400, times: 1 } }, other: { keys: ["*"], then: { status: 401 } } }
    rules:
      - { name: early, phase: request, when: { method: GET }, then: { status: 500 } }
      - { name: by name, when: { bucket: "m*", key: other }, then: { status: 501 } }
      - { name: by pattern, when: { bucket: "m*", key: "o*" }, then: { status: 502 } }
      - { name: once, when: { fops: "avthumb/*" }, then: { status: 503, times: 1 } }
    """

  /// What came of each rule when that form was decided.
  private func accounts(_ state: inout ServiceState, _ form: String, limit: Int = 99) throws -> [String] {
    var subject = RuleSubject()
    var decoder = FormDecoder()
    try form.withBytes { bytes throws(ParameterError) in try decoder.decode(bytes) }
    subject.parameters = try PfopRequest(decoder, state.idioms)
    _ = try state.decide(form)
    return state.ruleOutline.accounts(of: state.trials, in: .outcome, on: subject, limit: limit).map {
      "\($0.name): \($0)"
    }
  }

  @Test func everyRuleIsToldUpToTheOneThatWasTaken() throws {
    var state = ServiceState(fixture: try Samples.fixture(Self.rules))
    let unmet = [
      "rule by name: does not hold: key is \"video.mp4\", asked for: other",
      "rule by pattern: does not hold: key is \"video.mp4\", asked for: o*",
    ]
    #expect(try accounts(&state, Samples.form()) == unmet + ["rule once: holds, and step 1 has its turn"])
    let passedOver = "rule once: holds, but no step had its turn: used up, left out by chance, or below its rate"
    #expect(
      try accounts(&state, Samples.form()) == unmet + [passedOver, "bucket media: holds, and step 1 has its turn"])
    // What is used up is told, and the other bucket's steps are not.
    #expect(try accounts(&state, Samples.form()).last?.hasPrefix("bucket media: holds, but") == true)
    #expect(try accounts(&state, Samples.form(), limit: 1) == [unmet[0]])
  }

  @Test func aRuleThatIsSwitchedOffIsToldAsThat() throws {
    var state = ServiceState(fixture: try Samples.fixture(Self.rules))
    _ = state.turnRule(4, isOn: false)
    let told = try accounts(&state, Samples.form())
    #expect(told.suffix(2) == ["rule once: is switched off", "bucket media: holds, and step 1 has its turn"])
  }

  @Test func theOneThatWasTakenIsToldInAnyCase() throws {
    var state = ServiceState(fixture: try Samples.fixture(Self.rules))
    #expect(try accounts(&state, Samples.form(), limit: 1) == ["rule once: holds, and step 1 has its turn"])
  }

  @Test func thousandsOfTrialsKeepTheFirstAndTheTaken() throws {
    let rules = (0..<1000).map { "{ when: { fops: \"\($0)*\" }, then: { status: 500 } }" }
    let yaml =
      "buckets: { media: { keys: [\"*\"] } }\nrules: [\(rules.joined(separator: ", ")), { then: { status: 503 } }]"
    var state = ServiceState(fixture: try Samples.fixture(yaml))
    _ = try state.decide(Samples.form())
    #expect(state.trials.kept.count == RuleTrials.limit)
    #expect(state.trials.omittedCount == 1001 - RuleTrials.limit)
    let told = try accounts(&state, Samples.form(), limit: 2000)
    #expect(told.count == RuleTrials.limit)
    #expect(
      told.first?.hasPrefix("rule 1: does not hold") == true && told.last == "rule 1001: holds, and step 1 has its turn"
    )
  }

  @Test func trialsAreOfOneRequest() throws {
    var state = ServiceState(fixture: try Samples.fixture(Self.rules))
    for _ in 0..<3 { _ = try state.decide(Samples.form()) }
    // The rule by `fops` and the bucket's own steps: the index passes over the others.
    #expect(state.trials.kept.count == 2)
  }

  @Test(arguments: [
    RuleTrial.Verdict.unmet(condition: 0), .unmet(condition: 7), .noStep, .off, .taken(step: 0),
    .taken(step: 1_000_000),
  ])
  func aTrialKeepsItsPlaceAndVerdict(verdict: RuleTrial.Verdict) {
    for script in [0, 1, 4_000_000_000] {
      let trial = RuleTrial(script: script, verdict)
      #expect((trial.script, trial.verdict) == (script, verdict))
    }
    #expect(MemoryLayout<RuleTrial>.stride == 8)
  }
}

private func == (first: (Int, RuleTrial.Verdict), second: (Int, RuleTrial.Verdict)) -> Bool {
  first.0 == second.0 && first.1 == second.1
}

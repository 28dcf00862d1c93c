import PfopEngine
import Testing

struct RuleBookTests {
  private func state(_ yaml: String) throws -> ServiceState {
    ServiceState(fixture: try Samples.fixture(yaml), settings: .init())
  }

  @Test func stepsAreTakenInOrderAndTheLastOneRepeats() throws {
    var state = try state(
      """
      buckets:
        media:
          keys: ["*"]
          then: [{ status: 500 }, { status: 599, times: 2 }, { status: 503, error: busy }]
      """)
    let outcomes = try (0..<6).map { _ in try state.outcome(Samples.form()) }
    #expect(
      outcomes == [
        "500 internal server error", "599 server operation failed", "599 server operation failed", "503 busy",
        "503 busy", "503 busy",
      ])
  }

  @Test func aScriptThatIsUsedUpLetsTheNextHaveItsTurn() throws {
    var state = try state(
      """
      buckets:
        media: { keys: ["*"], then: { status: 400, times: 1 } }
      rules:
        - { name: first, when: { bucket: me* }, then: { status: 501, times: 1 } }
        - { name: second, when: { key: video.mp4 }, then: [{ status: 502, times: 1 }, { status: 503, times: 1 }] }
        - { name: other, when: { bucket: other }, then: { status: 504 } }
      """)
    let outcomes = try (0..<6).map { _ in try state.outcome(Samples.form()).prefix(3) }
    #expect(outcomes == ["501", "502", "503", "400", "200", "200"])
  }

  @Test func theFirstRuleThatMatchesWins() throws {
    // One rule for each list of the index, in an order that none of the lists has.
    var state = try state(
      """
      buckets: { "*": { keys: ["*"] } }
      rules:
        - { when: { fops: "never/*" }, then: { status: 500 } }
        - { when: { bucket: b1, fops: "avthumb/*" }, then: { status: 501 } }
        - { when: { key: k1 }, then: { status: 502 } }
        - { when: { bucket: b2, key: "k*" }, then: { status: 503 } }
        - { when: { bucket: "b*" }, then: { status: 504 } }
        - { when: { bucket: b3, key: k3 }, then: { status: 505 } }
        - { then: { status: 506 } }
      """)
    func status(_ bucket: String, _ key: String) throws -> Substring {
      try state.outcome(Samples.form(["bucket": bucket, "key": key])).prefix(3)
    }
    #expect(try status("b1", "k1") == "501")
    #expect(try status("b2", "k1") == "502")
    #expect(try status("b2", "k2") == "503")
    #expect(try status("b3", "k3") == "504")
    #expect(try status("x", "y") == "506")
  }

  @Test(arguments: [
    ("avthumb/mp4", "200"), ("vframe/jpg", "599"), ("avthumb/mp4;vframe/jpg", "599"), ("avinfo|vframe/jpg", "599"),
    ("avthumb/vframe/", "200"),
  ])
  func fopsHoldsForAnyOneCommand(_ fops: String, _ status: String) throws {
    var state = try state(
      """
      buckets: { media: { keys: ["*"] } }
      rules: [{ when: { fops: "vframe/*" }, then: { status: 599 } }]
      """)
    #expect(try state.outcome(Samples.form(["fops": fops])).prefix(3) == status)
  }

  @Test func acceptGoesOnToTheChecksThatRemain() throws {
    var state = try state(
      """
      buckets: { media: { keys: [a], then: { status: 599 } } }
      rules: [{ name: let pass, then: { accept: true } }]
      """)
    #expect(try state.outcome(Samples.form(["bucket": "none"])) == "404 no such bucket")
    #expect(try state.outcome(Samples.form(["key": "none"])) == "404 no such key")
    // The rule had its say, so the bucket's own script is not asked.
    guard case .accepted(_, let rule?) = try state.decide(Samples.form(["key": "a"])) else {
      Issue.record("not accepted by the rule")
      return
    }
    #expect(rule.description == "step 1 of 1 of rule let pass, taken 3 times")
  }

  @Test func explainsWhichStepWasTaken() throws {
    var state = try state(
      """
      buckets:
        flaky-599: { keys: ["*"], then: [{ accept: true }, { status: 599, times: 2 }, { accept: true }] }
      rules:
        - { when: { key: other }, then: { status: 400 } }
      """)
    _ = try state.decide(Samples.form(["bucket": "flaky-599"]))
    guard case .refused(let refusal) = try state.decide(Samples.form(["bucket": "flaky-599"])) else {
      Issue.record("not refused")
      return
    }
    #expect(refusal.explanation == "scripted: step 2 of 3 of bucket flaky-599, taken 1 of 2 times")
    #expect(refusal.check.name == "bucket flaky-599")
    guard case .refused(let unnamed) = try state.decide(Samples.form(["key": "other"])) else {
      Issue.record("not refused")
      return
    }
    #expect(unnamed.explanation == "scripted: step 1 of 1 of rule 1, taken once")
  }

  @Test func aRequestThatFailsALaterCheckHasStillTakenItsStep() throws {
    var state = try state(
      "buckets: { media: { keys: [a], then: [{ accept: true, times: 1 }, { status: 599 }] } }")
    #expect(try state.outcome(Samples.form(["key": "none"])) == "404 no such key")
    #expect(try state.outcome(Samples.form(["key": "a"])) == "599 server operation failed")
  }

  @Test func oneOfManyRulesIsFound() throws {
    let rules = (0..<10_000).map { "  - { when: { bucket: b\($0) }, then: { status: 599, error: e\($0) } }\n" }
    var state = try state("buckets: { \"*\": { keys: [\"*\"] } }\nrules:\n" + rules.joined())
    #expect(try state.outcome(Samples.form(["bucket": "b7777"])) == "599 e7777")
    #expect(try state.outcome(Samples.form()) == "200")
  }
}

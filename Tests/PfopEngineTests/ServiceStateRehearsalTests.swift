import Testing

@testable import PfopEngine

/// Decisions that leave no trace.
struct ServiceStateRehearsalTests {
  private func state(_ rules: String) throws -> ServiceState {
    ServiceState(
      fixture: try Samples.fixture("buckets: { media: { keys: [\"*\"] } }\nrules:\n\(rules)"), settings: .init())
  }

  private func rehearse(
    _ state: ServiceState, _ form: String = Samples.form(), luckily: Bool = true
  ) throws -> ServiceState.Rehearsed<String> {
    let rehearsed = state.rehearse(luckily: luckily) { state in Result { try state.outcome(form) } }
    return ServiceState.Rehearsed(
      result: try rehearsed.result.get(), accounts: rehearsed.accounts, untold: rehearsed.untold,
      dependsOnLuck: rehearsed.dependsOnLuck)
  }

  @Test func everyRuleIsTriedInOrderWithWhatDoesNotHold() throws {
    let state = try state(
      """
        - { name: other bucket, when: { bucket: other }, then: { status: 500 } }
        - { name: raw files, when: { bucket: "m*", key: "raw/*", fops: "x" }, then: { status: 501 } }
        - { when: { key: video.mp4 }, then: [{ status: 502, times: 2 }, { status: 503 }] }
        - { name: behind it, then: { status: 504 } }
      """)
    let rehearsed = try rehearse(state)
    #expect(rehearsed.result == "502 status 502")
    #expect(rehearsed.accounts.map(\.name) == ["rule other bucket", "rule raw files", "rule 3"])
    #expect(
      rehearsed.accounts.map(\.description) == [
        "does not hold: bucket is \"media\", asked for: other", "does not hold: key is \"video.mp4\", asked for: raw/*",
        "holds, and step 1 has its turn",
      ])
    #expect(!rehearsed.dependsOnLuck)
  }

  @Test func nothingIsCountedDrawnOrUsedUp() throws {
    var state = try state(
      """
        - { when: { key: a }, then: [{ status: 500, times: 1 }, { accept: true }] }
        - { when: { key: b }, then: [{ probability: 0.5, status: 501 }, { delay: { uniform: [1ms, 1s] } }] }
        - { when: { key: c, attempt: 2.. }, then: { status: 502 } }
      """)
    var other = state
    for key in ["a", "b", "c", "b", "a", "c", "x"] {
      let form = Samples.form(["key": key])
      for luckily in [true, false] { _ = try rehearse(state, form, luckily: luckily) }
      let script = try state.script(form)
      let same = try other.script(form)
      #expect(script == same)
      #expect(state.entries.rules.elementsEqual(other.entries.rules))
    }
    #expect(state.issuedIDs == other.issuedIDs)
    let ids = state.issuedIDs
    #expect(try rehearse(state).result == "200")
    #expect(state.issuedIDs == ids)
  }

  @Test func whatChanceDecidesIsToldBothWays() throws {
    let state = try state("  - { then: [{ probability: 0.01, status: 500 }, { status: 501 }] }")
    let lucky = try rehearse(state)
    #expect(lucky.result.hasPrefix("500") && lucky.dependsOnLuck)
    #expect(try rehearse(state, luckily: false).result.hasPrefix("501"))
  }

  @Test func aRuleThatIsUsedUpIsPassed() throws {
    var state = try state("  - { then: { status: 500, times: 1 } }")
    _ = try state.decide(Samples.form())
    let rehearsed = try rehearse(state)
    #expect(rehearsed.accounts.map(\.verdict) == [.noStep])
    #expect(rehearsed.result == "200")
  }

  @Test func onlySoManyRulesAreTold() throws {
    let rules = (0..<1500).map { "  - { when: { key: k\($0) }, then: { status: 500 } }\n" }.joined()
    let rehearsed = try rehearse(try state(rules))
    #expect(rehearsed.accounts.count == RuleRehearsal.shownCount)
    #expect(rehearsed.untold == 500)
  }

  @Test(
    arguments: [
      ("accessKey: nobody", "accessKey is \"ak\", asked for: nobody"),
      ("fops: \"vframe/*\"", "fops is \"avthumb/mp4\", asked for: vframe/*"),
      ("pipeline: p", "pipeline is not there, asked for: p"), ("force: 1", "force is \"0\", asked for: 1"),
      ("type: 1", "type is \"0\", asked for: 1"), ("attempt: 2..3", "attempt is \"1\", asked for: 2..3"),
      ("time: 10s..1m", "time is \"0ms\", asked for: 10s..1m"),
      ("header: { X-A: b }", "header.x-a is not there, asked for: b"),
      ("userAgent: \"curl*\"", "userAgent is not there, asked for: curl*"),
      ("notifyURL: \"https*\"", "notifyURL is \"http://127.0.0.1:9999/cb\", asked for: https*"),
    ])
  func everyConditionSaysWhyItDoesNotHold(when: String, why: String) throws {
    let rehearsed = try rehearse(try state("  - { when: { \(when) }, then: { status: 500 } }"))
    #expect(rehearsed.accounts.map(\.description) == ["does not hold: \(why)"])
  }
}

import Testing

@testable import PfopMock

struct OutcomeTallyTests {
  @Test func theUsualComesFirstAndNamesAreLeftOut() {
    var tally = OutcomeTally()
    tally.count(.pfop, .named("rule a"), status: 599)
    for _ in 0..<2 { tally.count(.pfop, .check("accepted"), status: 200) }
    tally.count(.pfop, .named("rule b"), status: 599)
    tally.count(.pfop, .named("rule c"), status: 599)
    tally.count(.pfop, .named("bucket x"), status: 599)
    tally.count(.stat, .named("bucket"), status: 631)
    #expect(
      tally.rows.map { "\($0.call) \($0.check) \($0.status) \($0.count)" } == [
        "pfop rule 599 3", "pfop accepted 200 2", "pfop bucket step 599 1", "stat bucket 631 1",
      ])
  }
}

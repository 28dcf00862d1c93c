import Testing

@testable import PfopMock

struct AnswerRoundTests {
  @Test func aRoundThatIsOverMovesTheMarkPastItsAnswers() {
    let mark = RoundMark()
    var round = AnswerRound(loop: 0, mark: mark)
    let isEmptyOver = round.end()
    #expect(!isEmptyOver)
    round.leaves(10, 3)
    round.leaves(11, 7)
    #expect(mark.departure(of: 3) == nil)
    let isOver = round.end()
    #expect(isOver)
    #expect(mark.departure(of: 3) != nil && mark.departure(of: 7) != nil && mark.departure(of: 8) == nil)
  }

  @Test func whatLeavesLaterIsFoundByItsRequest() {
    var round = AnswerRound(loop: 0, mark: RoundMark())
    round.leaves(10, 3)
    round.leavesLater(11, 4)
    let delayed = [round.delay(10), round.delay(10)]
    #expect(delayed == [3, nil])
    // Neither leaves with the round.
    let hasLeft = round.end()
    #expect(!hasLeft)
    let ended = [round.end(11), round.end(11), round.end(10), round.end(10)]
    #expect(ended == [4, nil, 3, nil])
    // An answer of the round that is lost at once.
    round.leaves(12, 5)
    let lost = round.end(12)
    #expect(lost == 5)
    let hasLeftNow = round.end()
    #expect(!hasLeftNow)
  }

  @Test func theNextOneWithTheJournalSettlesTheLastRound() {
    let mark = RoundMark()
    var journal = Journal(capacity: 4, marks: [mark])
    let record = JournalRecord(
      facts: JournalFacts(time: 0, whole: 0, arrival: .init(connection: 0, firstOctet: 0), decided: 0, status: 200))
    var round = AnswerRound(loop: 0, mark: mark)
    round.leaves(1, journal.append(record))
    _ = round.end()
    let time = journal.withEntry(0) { $0.facts.ended }
    round.settle(&journal)
    round.leaves(2, journal.append(record))
    _ = round.end()
    #expect(journal.withEntry(0) { $0.facts.ended } == time)
    #expect(journal.withEntry(1) { $0.facts.passage } == .ended(.complete))
  }
}

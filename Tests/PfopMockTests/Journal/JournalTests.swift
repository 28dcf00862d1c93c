import ByteText
import HTTPServer
import PfopEngine
import Testing

@testable import PfopMock

struct JournalTests {
  private static let arrival = Arrival(connection: 100, firstOctet: 200)

  /// Appends an entry with that key, request and answer.
  @discardableResult
  private func append(
    _ journal: inout Journal, key: String = "", request: [UInt8] = [], content: [UInt8] = [], answer: [UInt8]? = [],
    status: Int16 = 200, trials: RuleTrials = RuleTrials()
  ) -> UInt64 {
    var key = key
    return key.withUTF8 { key in
      request.withUnsafeBytes { request in
        content.withUnsafeBytes { content in
          (answer ?? []).withUnsafeBytes { octets in
            var record = JournalRecord(
              facts: JournalFacts(time: 5, whole: 300, arrival: Self.arrival, decided: 350, status: status))
            record[.key] = ByteView(key)
            (record.request, record.content, record.answer, record.trials) = (request, content, octets, trials)
            if answer == nil { record.facts.passage = .underWay }
            return journal.append(record)
          }
        }
      }
    }
  }

  private func entry(_ journal: borrowing Journal, _ number: UInt64) -> JournalEntry? {
    journal.withEntry(number) { JournalEntry(JournalCopy($0, nil)) }
  }

  @Test func keepsTheNewestAndCountsOn() {
    var journal = Journal(capacity: 3)
    for number in 0..<5 { append(&journal, key: "key \(number)") }
    #expect(journal.oldest == 2 && journal.next == 5)
    #expect(journal.droppedCount == 2)
    #expect((0..<6).map { entry(journal, $0)?.key } == [nil, nil, "key 2", "key 3", "key 4", nil])
    #expect(entry(journal, 3)?.number == 3)
  }

  @Test func theShareBoundsHowMuchIsKept() {
    var journal = Journal(capacity: 1_000_000, share: 2 << 20)
    for number in 0..<5000 {
      append(&journal, key: "key \(number)")
      #expect(journal.octets <= 2 << 20)
    }
    #expect(journal.count > 500 && journal.count < 1024)
    #expect(entry(journal, 4999)?.key == "key 4999")
  }

  @Test func rulesOfLongAgoAreForgotten() throws {
    var journal = Journal(capacity: 10)
    func isForgotten(_ number: UInt64) -> Bool? {
      journal.withEntry(number) { JournalEntry(JournalCopy($0, journal.outline(of: $0))).areRulesForgotten }
    }
    let (fixture, clock) = (try FixtureSource(paths: []).load(), Configuration().serviceClock)
    let outline = ServiceState(fixture: fixture, settings: .init(), clock: clock).ruleOutline
    journal.follow(1, outline)
    append(&journal)
    for revision in 2...Journal.outlineLimit { journal.follow(revision, outline) }
    #expect(isForgotten(0) == false)
    journal.follow(Journal.outlineLimit + 1, outline)
    append(&journal)
    #expect(isForgotten(0) == true && isForgotten(1) == false)
  }

  /// Texts that together exceed the bytes kept push out the oldest entries, whole ones, and never damage a younger.
  @Test func longEntriesCostOldEntries() {
    var journal = Journal(capacity: 100)
    for number in 0..<500 {
      let octet = UInt8(0x30 + number % 10)
      append(&journal, request: Array(repeating: octet, count: 9000), answer: Array(repeating: octet, count: 5000))
      for place in [UInt64(number), journal.oldest] {
        let entry = entry(journal, place)
        let expected = UInt8(0x30 + place % 10)
        #expect(entry?.request.kept == Array(repeating: expected, count: 9000))
        #expect(entry?.answer.kept == Array(repeating: expected, count: 5000))
      }
    }
    #expect(journal.droppedCount == journal.oldest)
    #expect((12...20).contains(journal.next - journal.oldest))
  }

  @Test func whatIsLongIsCutAndTold() {
    var journal = Journal(capacity: 1)
    let big = [UInt8](repeating: 0x78, count: 100_000)
    append(&journal, key: String(repeating: "x", count: 100_000), request: big, content: big, answer: big)
    guard let entry = entry(journal, 0) else {
      Issue.record("the entry is not there")
      return
    }
    #expect(entry.key.count == 4096)
    #expect(entry.request.kept.count == 16 << 10 && entry.request.count == 200_000)
    #expect(entry.answer.kept.count == 16 << 10 && entry.answer.count == 100_000)
    #expect(entry.passage.sentCount == 100_000)
  }

  @Test func headAndContentMakeOneRequest() {
    var journal = Journal(capacity: 1)
    append(&journal, request: [1, 2], content: [3, 4])
    #expect(entry(journal, 0)?.request.kept == [1, 2, 3, 4])
  }

  @Test func whatIsForgottenIsNotDropped() {
    var journal = Journal(capacity: 4)
    for number in 0..<4 { append(&journal, key: "\(number)") }
    let count = journal.clear()
    #expect(count == 4)
    #expect(journal.clearCount == 1)
    #expect((0..<4).allSatisfy { entry(journal, $0) == nil })
    #expect(journal.withEntry(2, evenForgotten: true) { $0.number } == 2)
    for _ in 0..<6 { append(&journal) }
    #expect(journal.droppedCount == 2)
  }

  // MARK: - How answers leave

  @Test func anAnswerHasLeftWhenItsLoopSaysSo() {
    let marks = [RoundMark(), RoundMark()]
    var journal = Journal(capacity: 8, marks: marks)
    append(&journal, answer: [1, 2, 3])
    #expect(entry(journal, 0)?.passage.end == nil)
    #expect(entry(journal, 0)?.timings.sending == nil)
    marks[1].move(behind: 0, at: 400)
    #expect(entry(journal, 0)?.passage.end == nil)
    marks[0].move(behind: 0, at: 450)
    #expect(entry(journal, 0)?.passage == JournalEntry.Passage(sentCount: 3, end: .complete))
    #expect(entry(journal, 0)?.timings == JournalEntry.Timings(connected: 100, receiving: 100, sending: 100))
    append(&journal)
    #expect(entry(journal, 1)?.passage.end == nil)
    // Said by the entry itself, the time stays.
    journal.settle(0, at: 450)
    marks[0].move(behind: 1, at: 500)
    #expect(entry(journal, 0)?.timings.sending == 100)
    #expect(entry(journal, 1)?.timings.sending == 150)
  }

  @Test func aDelayedAnswerIsUnderWayUntilItIsSettled() {
    let marks = [RoundMark()]
    var journal = Journal(capacity: 8, marks: marks)
    append(&journal, answer: [1, 2, 3])
    journal.delay(0)
    marks[0].move(behind: 0, at: 400)
    #expect(entry(journal, 0)?.passage == JournalEntry.Passage(sentCount: 0, end: nil))
    journal.settle(0, Departure(sent: 2, end: .clientGone), at: 900)
    #expect(entry(journal, 0)?.passage == JournalEntry.Passage(sentCount: 2, end: .clientGone))
    #expect(entry(journal, 0)?.timings.sending == 550)
  }

  @Test func anAnswerIsAddedLater() {
    var journal = Journal(capacity: 8)
    append(&journal, key: "first", request: [9], answer: nil)
    append(&journal, key: "second", answer: [7])
    let octets: [UInt8] = [1, 2, 3]
    octets.withUnsafeBytes { journal.attach($0, steps: "send 0..<3\nRST", leavesWhole: false, to: 0) }
    journal.settle(0, Departure(sent: 3, steps: 2, end: .reset), at: 400)
    let entry = entry(journal, 0)
    #expect(entry?.key == "first" && entry?.request.kept == [9] && entry?.answer.kept == [1, 2, 3])
    #expect(
      entry?.passage
        == JournalEntry.Passage(sentCount: 3, steps: ["send 0..<3", "RST"], begunCount: 2, end: .reset))
    #expect(self.entry(journal, 1)?.answer.kept == [7])
  }

  /// What becomes of an answer whose entry has left concerns nobody.
  @Test func nothingIsAddedToWhatHasLeft() {
    var journal = Journal(capacity: 1)
    append(&journal, answer: nil)
    append(&journal, key: "new", answer: [7])
    let octets: [UInt8] = [1]
    octets.withUnsafeBytes { journal.attach($0, steps: "x", leavesWhole: false, to: 0) }
    journal.settle(0, Departure(sent: 0, end: .stopped), at: 1)
    journal.delay(0)
    #expect(entry(journal, 1)?.answer.kept == [7])
    #expect(entry(journal, 1)?.passage.end == .complete)
  }
}

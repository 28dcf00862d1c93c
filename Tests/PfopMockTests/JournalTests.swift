import ByteText
import Testing

@testable import PfopMock

struct JournalTests {
  private func record(_ number: Int, key: String) -> (inout Journal) -> Void {
    return { journal in
      var key = key
      key.withUTF8 { bytes in
        var record = Journal.Record(time: Int64(number), duration: 5, status: 200 + number % 2, authorization: .valid)
        record[.key] = ByteView(bytes)
        journal.append(record)
      }
    }
  }

  @Test func keepsTheNewestAndCountsOn() {
    var journal = Journal(capacity: 3)
    for number in 0..<5 { record(number, key: "key \(number)")(&journal) }
    #expect((journal.oldest, journal.next) == (2, 5))
    #expect(journal.entry(1) == nil)
    #expect(journal.entry(5) == nil)
    let (entries, next) = journal.entries(from: 0, limit: .max) { _ in true }
    #expect(entries.map(\.key) == ["key 2", "key 3", "key 4"])
    #expect(entries.map(\.number) == [2, 3, 4])
    #expect(next == 5)
  }

  @Test func entriesAreGivenOutInPartsAndByStatus() {
    var journal = Journal(capacity: 10)
    for number in 0..<10 { record(number, key: "\(number)")(&journal) }
    let first = journal.entries(from: 0, limit: 3) { $0 == 201 }
    #expect(first.entries.map(\.key) == ["1", "3", "5"])
    let rest = journal.entries(from: first.next, limit: 3) { $0 == 201 }
    #expect(rest.entries.map(\.key) == ["7", "9"])
    #expect(rest.next == 10)
    #expect(journal.entries(from: 10, limit: 3) { _ in true }.entries.isEmpty)
  }

  /// Texts that together exceed the bytes kept push out the oldest entries, whole ones, and never damage a younger.
  @Test func longTextsCostOldEntries() {
    var journal = Journal(capacity: 1000)
    for number in 0..<3000 {
      record(number, key: String(repeating: "\(number % 10)", count: 4000))(&journal)
      let newest = journal.entry(UInt64(number))
      #expect(newest?.key == String(repeating: "\(number % 10)", count: 4000))
      let oldest = journal.entry(journal.oldest)
      #expect(oldest?.key.allSatisfy { $0 == Character("\(journal.oldest % 10)") } == true)
    }
    #expect(journal.next - journal.oldest >= 100)
  }

  @Test func oneTextIsCutAtItsLimit() {
    var journal = Journal(capacity: 1)
    record(0, key: String(repeating: "x", count: 100_000))(&journal)
    #expect(journal.entry(0)?.key.count == 4096)
  }
}

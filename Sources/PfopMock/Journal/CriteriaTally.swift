import PfopEngine

/// The requests in the journal that meet criteria, counted on as it grows; and those that come nearest to it.
struct CriteriaTally: Sendable {
  /// Entries that are looked at in one go, so that the journal's lock is not held for long.
  private static let batch: UInt64 = 256
  /// Requests that are told by their X-Reqid.
  private static let toldCount = 1000
  private static let missCount = 5

  private struct Miss {
    var mismatchCount: Int
    var number: UInt64
  }

  /// A request that is not counted, and why.
  struct NearMiss {
    var entry: JournalEntry
    var mismatches: [ConditionMismatch]
  }

  let criteria: RequestCriteria
  /// The number of the first entry that counts.
  let since: UInt64
  private var position: UInt64
  private var clearCount: Int?
  private(set) var count = 0
  private(set) var reqids: [String] = []
  /// The nearest first, of those that are as near the newest.
  private var misses: [Miss] = []

  init(_ criteria: RequestCriteria, since: UInt64) {
    self.criteria = criteria
    self.since = since
    position = since
  }

  /// Looks at what has come since the last time; at all of it once more if something was made to be forgotten.
  mutating func advance(_ core: MockCore) {
    while core.withJournal({ look(at: $0) }) {}
  }

  /// - Returns: false at the journal's end.
  private mutating func look(at journal: borrowing Journal) -> Bool {
    if let clearCount, clearCount != journal.clearCount { self = CriteriaTally(criteria, since: since) }
    clearCount = journal.clearCount
    position = max(position, journal.oldest)
    let end = min(position + CriteriaTally.batch, journal.next)
    while position < end {
      _ = journal.withEntry(position) { look(at: $0) }
      position += 1
    }
    return position < journal.next
  }

  private mutating func look(at view: JournalView) {
    let mismatchCount = criteria.mismatchCount(view.subject, status: Int(view.facts.status))
    guard mismatchCount > 0 else {
      count += 1
      if reqids.count < CriteriaTally.toldCount { reqids.append(String(decoding: view[.reqid], as: UTF8.self)) }
      return
    }
    let place = misses.firstIndex { mismatchCount <= $0.mismatchCount } ?? misses.count
    guard place < CriteriaTally.missCount else { return }
    misses.insert(Miss(mismatchCount: mismatchCount, number: view.number), at: place)
    if misses.count > CriteriaTally.missCount { misses.removeLast() }
  }

  /// The requests that differ in the fewest conditions, as far as they are still in the journal.
  func nearMisses(_ core: MockCore) -> [NearMiss] {
    core.copies(of: misses.map(\.number)).compactMap { copy in
      copy.map { copy in
        let mismatches = copy.withView { criteria.mismatches($0.subject, status: Int($0.facts.status)) }
        return NearMiss(entry: JournalEntry(copy), mismatches: mismatches)
      }
    }
  }
}

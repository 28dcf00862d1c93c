import Synchronization

/// Whether anybody backstage wants to hear of new entries of the journal. While nobody does, a request costs no more than
/// a look at it.
final class JournalAudience: Sendable {
  private let count = Atomic(0)

  /// To be looked at by whoever has the journal, or has had it since he wrote: one who joins and reads the journal
  /// afterwards misses nothing.
  var isListening: Bool { count.load(ordering: .relaxed) > 0 }

  /// From now on the loop backstage is woken by new entries, and by answers that have left later.
  func join() { count.add(1, ordering: .relaxed) }

  func leave() { count.subtract(1, ordering: .relaxed) }
}

/// Someone on the loop backstage who hears of the journal.
protocol JournalListener: AnyObject {
  /// There may be new entries, or an answer may have left. Called on every turn of the loop, so it is quick to find out
  /// that there is nothing; it comes only to those who have joined the journal's audience.
  func journalChanged()

  /// When it wants a turn even if nothing has happened, in milliseconds of the monotonic clock; nil for never.
  var deadline: Int64? { get }
}

/// Which job something happens to next: by time, and at one time by id.
///
/// An entry counts only while the job's own `due` is its time; one that has been overtaken is dropped when it comes out.
struct JobSchedule: Sendable {
  struct Entry: Comparable, Sendable {
    var time: Int64
    var id: Int64

    static func < (first: Entry, second: Entry) -> Bool {
      first.time < second.time || first.time == second.time && first.id < second.id
    }
  }

  private var heap = MinimumHeap<Entry>()
  /// How many entries to have before the overtaken ones are sought out.
  private var sweepCount = minimumSweepCount

  private static let minimumSweepCount = 4096

  /// The first entry, be it overtaken or not.
  var first: Entry? { heap.first }

  mutating func popFirst() -> Entry? { heap.popFirst() }

  mutating func insert(time: Int64, id: Int64) { heap.insert(Entry(time: time, id: id)) }

  /// There are so many entries that the overtaken ones are worth being sought out.
  var needsSweep: Bool { heap.count > sweepCount }

  /// - Parameter isCurrent: tells whether an entry has not been overtaken; asked of all entries.
  mutating func sweep(_ isCurrent: (Entry) -> Bool) {
    heap.removeAll { !isCurrent($0) }
    // Twice what is left: so a sweep costs each insertion a constant share.
    sweepCount = max(2 * heap.count, Self.minimumSweepCount)
  }
}

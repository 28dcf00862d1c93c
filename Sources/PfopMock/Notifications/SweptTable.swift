/// Values by key, of which those that are not in use are dropped as the table grows.
///
/// The next sweep comes only when the table has twice as many entries as the last one has left, so it costs each insertion
/// a constant share, however many entries are in use.
struct SweptTable<Key: Hashable, Value> {
  private var values: [Key: Value] = [:]
  private let minimumSweepCount: Int
  /// How many entries there are when unused ones are dropped next.
  private var sweepCount: Int

  /// - Parameter minimumSweepCount: a smaller table keeps everything; at least 1.
  init(minimumSweepCount: Int) {
    self.minimumSweepCount = minimumSweepCount
    sweepCount = minimumSweepCount
  }

  var count: Int { values.count }

  subscript(key: Key) -> Value? { values[key] }

  /// - Parameters:
  ///   - key: one that is not there.
  ///   - isUnused: whether an entry may be dropped; asked of all others if it is time for that.
  /// - Returns: true if unused entries were dropped.
  mutating func insert(_ value: Value, for key: Key, droppingWhere isUnused: (Value) -> Bool) -> Bool {
    let sweeps = values.count >= sweepCount
    if sweeps {
      values = values.filter { !isUnused($0.value) }
      sweepCount = max(2 * values.count, minimumSweepCount)
    }
    values[key] = value
    return sweeps
  }
}

import ByteText

/// The jobs by id, `limit` of them in `share` octets: when there are more, the oldest that are settled leave first.
///
/// Ids are consecutive, so a job is found by counting. Most jobs settle in the order of their ids, and their segments go
/// as a whole; a segment where some are still going on is compacted, so that they cost little more than their own.
struct JobTable: Sendable {
  /// What a job takes beside its record and texts: an entry of the schedule, or a notification that is due.
  static let overhead = 96

  /// Without those that are empty.
  private(set) var segments: [JobSegment] = []
  // Ids are unsigned in here: behind the greatest one there is still a next.
  /// The id that comes next.
  var next: UInt64
  private let first: UInt64
  /// How many jobs there are, and how many of those are settled.
  private(set) var count = 0
  private var settledCount = 0
  /// No segment before this index has a job that is settled.
  private var settledStart = 0
  /// How many jobs are in each phase, by its raw value.
  private(set) var phases = InlineArray<3, Int>(repeating: 0)
  let limit: Int
  /// In octets.
  let share: Int
  /// What segments, results, encounters and plans take.
  private var heldOctets = 0
  /// How many jobs have left to make room.
  var evictedCount = 0

  private(set) var plans: [JobPlan] = [.immediate]
  private var planNumbers: [JobPlan: UInt32] = [.immediate: 0]
  private(set) var accounts = ByteTable()
  /// What the usual job does not have.
  private(set) var results: [Int64: JobResult] = [:]
  private(set) var encounters: [Int64: [Int: TargetEncounter]] = [:]

  /// - Parameters:
  ///   - start: the id of the first job to come.
  ///   - limit: how many jobs are kept, at least 1.
  ///   - share: how many octets they may take.
  init(start: Int64, limit: Int, share: Int = .max, evictedCount: Int = 0) {
    precondition(start >= 1 && limit >= 1)
    first = UInt64(start)
    next = first
    self.limit = limit
    self.share = share
    self.evictedCount = evictedCount
  }

  /// Lets all jobs leave. Ids go on, and those so far stay known as issued.
  mutating func removeAll() {
    var empty = JobTable(start: Int64(first), limit: limit, share: share, evictedCount: evictedCount)
    empty.next = next
    self = empty
  }

  var segmentsInUse: Int { segments.count }

  /// What all of it takes.
  var octets: Int { heldOctets + count * JobTable.overhead + accounts.octets }

  /// What a job with texts of so many octets takes.
  static func octets(of texts: Int) -> Int { JobSegment.octets(of: texts) + overhead }

  /// What a job needs beside its id.
  struct Entry {
    var createdAt: Int64
    var plan: JobPlan
    var traits: JobTraits
    var state: JobState
    var accessKey: ByteView
    var texts: JobSegment.Texts
  }

  /// Keeps a job under `id`, which is one more than the last.
  mutating func append(_ entry: Entry, id: Int64) {
    precondition(UInt64(id) == next)
    add(entry, id: UInt64(id))
    while count > limit { removeOldest() }
  }

  /// The same without making room, for any id that is greater than the last.
  mutating func add(_ entry: Entry, id: UInt64) {
    let record = JobSegment.Record(
      createdAt: entry.createdAt, state: entry.state, plan: number(of: entry.plan),
      account: UInt32(accounts.insert(entry.accessKey)), traits: entry.traits)
    if lastNumber != JobSegment.number(of: id) { beginSegment(id) }
    let last = segments.count - 1
    let before = segments.span[last].octets
    segments[last].append(record, entry.texts, id: id)
    heldOctets += segments.span[last].octets - before
    next = id + 1
    count += 1
    if entry.state.isSettled { settledCount += 1 }
    phases[Int(entry.state.phase.rawValue)] += 1
  }

  private var lastNumber: UInt64? { segments.isEmpty ? nil : segments.span[segments.count - 1].number }

  private mutating func beginSegment(_ id: UInt64) {
    var expected = 0
    if let full = segments.indices.last {
      segments[full].trimText()
      // As much as the last one, and a little more, so that it does not have to grow among requests that are all alike.
      expected = segments[full].textCount + segments[full].textCount / 16
      next = id
      tidy(full)
    }
    segments.append(JobSegment(first: id, capacity: JobSegment.idCount, textCapacity: expected))
    heldOctets += JobSegment.overhead
  }

  /// All ids there have been so far.
  var issued: Range<UInt64> { first..<next }

  // MARK: - Changing

  /// Lets something happen to a job's state.
  /// - Returns: what `body` returns; nil if the job is not here.
  mutating func update<Result>(_ id: Int64, _ body: (inout JobState, JobPlan) -> Result) -> Result? {
    guard let (segment, record) = index(of: id) else { return nil }
    let before = segments.span[segment][record].state
    let plan = plans[Int(segments.span[segment][record].plan)]
    let result = segments[segment].update(record) { body(&$0, plan) }
    let state = segments.span[segment][record].state
    settledCount += (state.isSettled ? 1 : 0) - (before.isSettled ? 1 : 0)
    if state.isSettled { settledStart = min(settledStart, segment) }
    phases[Int(before.phase.rawValue)] -= 1
    phases[Int(state.phase.rawValue)] += 1
    return result
  }

  /// Puts another result in the place of the plan's.
  mutating func setResult(_ result: JobResult, of id: Int64) {
    heldOctets += result.octets - (results.updateValue(result, forKey: id)?.octets ?? 0)
  }

  mutating func setEncounters(_ met: [Int: TargetEncounter], of id: Int64) {
    heldOctets += JobTable.octets(of: met) - (encounters.updateValue(met, forKey: id).map(JobTable.octets) ?? 0)
  }

  static func octets(of met: [Int: TargetEncounter]) -> Int { 128 + 32 * met.count }

  /// Lets a job leave, whatever its state.
  mutating func remove(_ id: Int64) {
    guard let index = index(of: id) else { return }
    remove(id, index.segment, index.record)
  }

  private mutating func remove(_ id: Int64, _ segment: Int, _ record: Int) {
    if !results.isEmpty, let result = results.removeValue(forKey: id) { heldOctets -= result.octets }
    if !encounters.isEmpty, let met = encounters.removeValue(forKey: id) { heldOctets -= JobTable.octets(of: met) }
    let state = segments.span[segment][record].state
    count -= 1
    if state.isSettled { settledCount -= 1 }
    phases[Int(state.phase.rawValue)] -= 1
    let before = segments.span[segment].octets
    segments[segment].remove(record)
    heldOctets += segments.span[segment].octets - before
    tidy(segment)
  }

  /// Frees what a segment holds of jobs that have left, if that is much.
  private mutating func tidy(_ segment: Int) {
    let isLast = segment == segments.count - 1
    let before = segments.span[segment].octets
    if segments.span[segment].presentCount == 0, !isLast || JobSegment.number(of: next) != lastNumber {
      segments.remove(at: segment)
      if segment < settledStart { settledStart -= 1 }
      heldOctets -= before
    } else if segment > 0 || isLast, segments.span[segment].isSparse {
      // Not the first of several: its jobs leave one after the other, and soon it goes as a whole.
      segments[segment].compact()
      heldOctets += segments.span[segment].octets - before
    }
  }

  /// Lets jobs leave until there is room for one that takes so much: the oldest that are settled.
  /// - Returns: false if there is none, or not enough comes free.
  mutating func makeRoom(for octets: Int) -> Bool {
    while self.octets + octets > share {
      guard removeOldestSettled() else { return false }
    }
    return true
  }

  /// What `makeRoom` would return, as far as that can be told without letting jobs leave.
  func canMakeRoom(for octets: Int) -> Bool { self.octets + octets <= share || settledCount > 0 }

  /// - Returns: false if no job is settled.
  private mutating func removeOldestSettled() -> Bool {
    guard settledCount > 0 else { return false }
    while segments.span[settledStart].settledCount == 0 { settledStart += 1 }
    guard let record = segments[settledStart].firstSettled() else { return false }
    evict(settledStart, record)
    return true
  }

  /// Lets one job leave: the oldest of those that are settled, else the oldest of all.
  mutating func removeOldest() {
    if removeOldestSettled() { return }
    guard !segments.isEmpty, let record = segments[0].firstPresent() else { return }
    evict(0, record)
  }

  private mutating func evict(_ segment: Int, _ record: Int) {
    evictedCount += 1
    remove(segments.span[segment].id(of: record), segment, record)
  }

  // MARK: - Places

  func index(of id: Int64) -> (segment: Int, record: Int)? {
    guard id >= 1, let segment = segment(of: JobSegment.number(of: UInt64(id))),
      let record = segments.span[segment].index(of: UInt64(id))
    else { return nil }
    return (segment, record)
  }

  private func segment(of number: UInt64) -> Int? {
    guard let last = lastNumber, number <= last else { return nil }
    // Where none in between has gone, as is usual, they can be counted.
    let distance = last - number
    if distance < UInt64(segments.count) {
      let index = segments.count - 1 - Int(distance)
      if segments.span[index].number == number { return index }
    }
    let index = firstSegment(from: number)
    return segments.span[index].number == number ? index : nil
  }

  /// The index of the first segment with that number or a greater one.
  func firstSegment(from number: UInt64) -> Int {
    let segments = segments.span
    var (low, high) = (0, segments.count)
    while low < high {
      let middle = (low + high) / 2
      if segments[middle].number < number { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// What `body` makes of a job's segment and its index in there; nil if the job is not here. Nothing is copied.
  func withPlace<Result>(of id: Int64, _ body: (borrowing JobSegment, Int) -> Result) -> Result? {
    index(of: id).map { body(segments.span[$0.segment], $0.record) }
  }

  private mutating func number(of plan: JobPlan) -> UInt32 {
    // Most jobs have the first.
    if plan == plans[0] { return 0 }
    if let number = planNumbers[plan] { return number }
    planNumbers[plan] = UInt32(plans.count)
    plans.append(plan)
    heldOctets += 3 * MemoryLayout<JobPlan>.stride + plan.result.octets
    return UInt32(plans.count - 1)
  }
}

extension JobResult {
  /// What one takes in a table.
  var octets: Int {
    switch self {
    case .success: 96
    case .failed(let error, _): 96 + error.utf8.count
    }
  }
}

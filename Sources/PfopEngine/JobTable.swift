import ByteText

/// The jobs by id, `limit` of them: when there are more, the oldest that are settled leave first.
///
/// Ids are consecutive, so a job is found by counting. Most jobs settle in the order of their ids; one that is still
/// going on when its turn to leave has come is put aside, with all that keeps a whole segment from being freed.
struct JobTable: Sendable {
  static let segmentCount = 1024

  var segments: [JobSegment] = []
  // Ids are unsigned in here: behind the greatest one there is still a next.
  /// The id of the first record of the first segment.
  var segmentsStart: UInt64
  /// The first id that is not put aside and may still be here.
  var oldest: UInt64
  /// The id that comes next.
  var next: UInt64
  private let first: UInt64
  /// Jobs in segments that have not left, and how many of those are settled.
  var present = 0
  private var presentSettled = 0
  /// How many jobs are in each phase, by its raw value.
  private(set) var phases = InlineArray<3, Int>(repeating: 0)
  var aside: [Int64: JobSegment] = [:]
  var asideInOrder = MinimumHeap<Int64>()
  var asideSettled = MinimumHeap<Int64>()
  let limit: Int

  var plans: [JobPlan] = [.immediate]
  private var planNumbers: [JobPlan: UInt32] = [.immediate: 0]
  var accounts = ByteTable()
  /// What the usual job does not have.
  var results: [Int64: JobResult] = [:]
  var encounters: [Int64: [Int: TargetEncounter]] = [:]

  /// - Parameters:
  ///   - start: the id of the first job to come.
  ///   - limit: how many jobs are kept, at least 1.
  init(start: Int64, limit: Int) {
    precondition(start >= 1 && limit >= 1)
    first = UInt64(start)
    oldest = first
    next = first
    segmentsStart = first
    self.limit = limit
  }

  /// Lets all jobs leave. Ids go on, and those so far stay known as issued.
  mutating func removeAll() {
    var empty = JobTable(start: Int64(first), limit: limit)
    empty.next = next
    empty.oldest = next
    empty.segmentsStart = next
    self = empty
  }

  var count: Int { present + aside.count }
  var segmentsInUse: Int { segments.count }

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
    place(record(of: entry), entry.texts)
    present += 1
    count(entry.state)
    if entry.state.isSettled { presentSettled += 1 }
    while count > limit { makeRoom() }
  }

  mutating func record(of entry: Entry) -> JobSegment.Record {
    JobSegment.Record(
      createdAt: entry.createdAt, state: entry.state, plan: number(of: entry.plan),
      account: UInt32(accounts.insert(entry.accessKey)), traits: entry.traits)
  }

  /// Gives a record the next place.
  mutating func place(_ record: JobSegment.Record, _ texts: JobSegment.Texts) {
    next += 1
    if segments.last.map({ $0.records.count == Self.segmentCount }) ?? true {
      if let full = segments.indices.last { segments[full].trimText() }
      // As much as the last one, and a little more, so that it does not have to grow among requests that are all alike.
      let expected = segments.last.map { $0.textCount + $0.textCount / 16 } ?? 0
      segments.append(JobSegment(capacity: Self.segmentCount, textCapacity: expected))
    }
    segments[segments.count - 1].append(record, texts)
  }

  /// Counts a job that has come.
  mutating func count(_ state: JobState) { phases[Int(state.phase.rawValue)] += 1 }

  // MARK: - Looking

  /// The job of that id.
  func lookUp(_ id: Int64) -> JobLookup {
    guard id >= 1, issued.contains(UInt64(id)) else { return .neverIssued }
    return withPlace(of: id) { .found(job(id, $0, $1)) } ?? .left
  }

  /// The state of a job; nil if it is not here.
  func state(of id: Int64) -> JobState? { withPlace(of: id) { $0[$1].state } }

  func traits(of id: Int64) -> JobTraits? { withPlace(of: id) { $0[$1].traits } }

  func notifyURL(of id: Int64) -> String? { withPlace(of: id) { $0.string(.notifyURL, of: $1) } }

  func plan(of id: Int64) -> JobPlan? { withPlace(of: id) { plans[Int($0[$1].plan)] } }

  /// Which of `receivers` a job's notification is for; nil for none, or if the job is not here.
  func receiver(of id: Int64, among receivers: borrowing ForbiddenReceivers) -> Int? {
    guard let index = index(of: id) else {
      return aside[id].flatMap { $0.withText(.notifyURL, of: 0) { receivers.index(of: $0) } }
    }
    return segments.span[index.segment].withText(.notifyURL, of: index.record) { receivers.index(of: $0) }
  }

  /// True if the job is here and its source lies in `bucket`.
  func isIn(_ bucket: ByteView, _ id: Int64) -> Bool {
    withPlace(of: id) { $0.withText(.bucket, of: $1) { $0.equals(bucket) } } ?? false
  }

  /// The ids of `range` whose jobs are here, ascending.
  func ids(in range: Range<UInt64>) -> [Int64] {
    let aside = aside.isEmpty ? [] : aside.keys.filter { range.contains(UInt64($0)) }.sorted()
    let present = range.clamped(to: oldest..<next).lazy.map { Int64($0) }.filter { index(of: $0) != nil }
    return aside + present
  }

  /// The first id from `start` on whose job may be here; nil if there is none. Ids between jobs that have outlived their
  /// neighbours are passed over: there may be more of them than can be counted through.
  func firstID(from start: UInt64) -> UInt64? {
    if start >= oldest { return start < next ? start : nil }
    let put = aside.keys.lazy.map { UInt64($0) }.filter { $0 >= start }.min()
    return put ?? (oldest < next ? oldest : nil)
  }

  /// All ids there have been so far.
  var issued: Range<UInt64> { first..<next }

  // MARK: - Changing

  /// Lets something happen to a job's state.
  /// - Returns: what `body` returns; nil if the job is not here.
  mutating func update<Result>(_ id: Int64, _ body: (inout JobState, JobPlan) -> Result) -> Result? {
    if aside[id] != nil { return updateAside(id, body) }
    guard let index = index(of: id) else { return nil }
    let plan = plans[Int(segments[index.segment][index.record].plan)]
    let before = segments[index.segment][index.record].state
    let result = body(&segments[index.segment][index.record].state, plan)
    let state = segments[index.segment][index.record].state
    presentSettled += (state.isSettled ? 1 : 0) - (before.isSettled ? 1 : 0)
    count(from: before, to: state)
    return result
  }

  /// Puts another result in the place of the plan's.
  mutating func setResult(_ result: JobResult, of id: Int64) { results[id] = result }

  mutating func setEncounters(_ met: [Int: TargetEncounter], of id: Int64) { encounters[id] = met }

  /// Lets a job leave, whatever its state.
  mutating func remove(_ id: Int64) {
    results[id] = nil
    encounters[id] = nil
    if let segment = aside.removeValue(forKey: id) {
      phases[Int(segment[0].state.phase.rawValue)] -= 1
      return
    }
    guard let index = index(of: id) else { return }
    present -= 1
    phases[Int(segments[index.segment][index.record].state.phase.rawValue)] -= 1
    if segments[index.segment][index.record].state.isSettled { presentSettled -= 1 }
    segments[index.segment][index.record].hasLeft = true
  }

  private mutating func updateAside<Result>(_ id: Int64, _ body: (inout JobState, JobPlan) -> Result) -> Result? {
    guard var segment = aside.removeValue(forKey: id) else { return nil }
    let before = segment[0].state
    let result = body(&segment[0].state, plans[Int(segment[0].plan)])
    if segment[0].state.isSettled, !before.isSettled { asideSettled.insert(id) }
    count(from: before, to: segment[0].state)
    aside[id] = segment
    return result
  }

  private mutating func count(from before: JobState, to state: JobState) {
    guard before.phase != state.phase else { return }
    phases[Int(before.phase.rawValue)] -= 1
    phases[Int(state.phase.rawValue)] += 1
  }

  /// Lets one job leave, or takes one step towards it: the oldest of those that are settled, else the oldest of all.
  mutating func makeRoom() {
    while let id = asideSettled.popFirst() {
      if aside[id] != nil { return remove(id) }
    }
    guard presentSettled > 0 else { return removeOldest() }
    let id = Int64(oldest)
    if let index = index(of: id) {
      if segments[index.segment][index.record].state.isSettled {
        remove(id)
      } else {
        putAside(id, segments[index.segment].extract(index.record))
        segments[index.segment][index.record].hasLeft = true
        present -= 1
      }
    }
    dropOldestPlace()
  }

  private mutating func putAside(_ id: Int64, _ segment: JobSegment) {
    aside[id] = segment
    asideInOrder.insert(id)
    // Those that have left by another way.
    if asideInOrder.count > 2 * aside.count + Self.segmentCount { asideInOrder.removeAll { aside[$0] == nil } }
  }

  private mutating func removeOldest() {
    while let id = asideInOrder.popFirst() {
      if aside[id] != nil { return remove(id) }
    }
    while oldest < next {
      let isHere = index(of: Int64(oldest)) != nil
      remove(Int64(oldest))
      dropOldestPlace()
      if isHere { return }
    }
  }

  private mutating func dropOldestPlace() {
    oldest += 1
    guard oldest - segmentsStart == UInt64(Self.segmentCount) else { return }
    segments.removeFirst()
    segmentsStart = oldest
  }

  // MARK: - Places

  private func index(of id: Int64) -> (segment: Int, record: Int)? {
    guard id >= 0, UInt64(id) >= oldest, UInt64(id) < next else { return nil }
    let (segment, record) = Int(UInt64(id) - segmentsStart).quotientAndRemainder(dividingBy: Self.segmentCount)
    return segments[segment][record].hasLeft ? nil : (segment, record)
  }

  /// What `body` makes of a job's segment and its index in there; nil if the job is not here. Nothing is copied.
  func withPlace<Result>(of id: Int64, _ body: (borrowing JobSegment, Int) -> Result) -> Result? {
    if let index = index(of: id) { return body(segments.span[index.segment], index.record) }
    return aside.isEmpty ? nil : aside[id].map { body($0, 0) }
  }

  func job(_ id: Int64, _ segment: borrowing JobSegment, _ index: Int) -> Job {
    let record = segment[index]
    return Job(
      id: id, createdAt: Timestamp(nanoseconds: record.createdAt), reqid: segment.string(.reqid, of: index),
      bucket: segment.string(.bucket, of: index), key: segment.string(.key, of: index),
      fops: segment.string(.fops, of: index), pipeline: segment.string(.pipeline, of: index),
      notifyURL: segment.string(.notifyURL, of: index),
      workflowTemplateID: segment.string(.workflowTemplateID, of: index), accessKey: accounts.name(Int(record.account)),
      traits: record.traits, state: record.state, result: results[id] ?? plans[Int(record.plan)].result,
      encounters: encounters[id] ?? [:])
  }

  mutating func number(of plan: JobPlan) -> UInt32 {
    // Most jobs have the first.
    if plan == plans[0] { return 0 }
    if let number = planNumbers[plan] { return number }
    planNumbers[plan] = UInt32(plans.count)
    plans.append(plan)
    return UInt32(plans.count - 1)
  }
}

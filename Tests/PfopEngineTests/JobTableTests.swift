import ByteText
import Testing

@testable import PfopEngine

struct JobTableTests {
  /// - Parameter going: the ids of jobs that are not settled.
  private func fill(
    _ table: inout JobTable, from start: Int64, count: Int64, going: (Int64) -> Bool = { _ in false }
  ) {
    for offset in 0..<count {
      let id = start + offset
      let plan = going(id) ? JobPlan(waiting: id) : .immediate
      var state = JobState(plan, createdAt: 0, notifies: false)
      _ = state.timeCame(0, plan)
      withViews([
        "reqid-\(id)", "media", "key-\(id)", "avinfo", id % 2 == 0 ? "p" : "", "http://a/", "t", "ak-\(id % 3)",
      ]) {
        let texts: JobSegment.Texts = [$0[0], $0[1], $0[2], $0[3], $0[4], $0[5], $0[6]]
        table.append(
          .init(createdAt: id, plan: plan, traits: .force, state: state, accessKey: $0[7], texts: texts), id: id)
      }
    }
  }

  private func withViews(_ texts: [String], _ body: ([ByteView]) -> Void) {
    let bytes = texts.map { Array($0.utf8) }
    func next(_ views: [ByteView]) {
      guard views.count < bytes.count else { return body(views) }
      bytes[views.count].withBytes { next(views + [$0]) }
    }
    next([])
  }

  @Test func keepsAllOfAJob() {
    var table = JobTable(start: 5, limit: 10)
    fill(&table, from: 5, count: 2) { _ in true }
    var job = Job(
      id: 6, createdAt: Timestamp(nanoseconds: 6), reqid: "reqid-6", bucket: "media", key: "key-6", fops: "avinfo",
      pipeline: "p", notifyURL: "http://a/", workflowTemplateID: "t", accessKey: "ak-0", traits: .force,
      state: JobState(JobPlan(waiting: 6), createdAt: 0, notifies: false), result: .success)
    #expect(table.lookUp(6) == .found(job))
    table.setResult(.failed(error: "e", errorIndex: 3), of: 6)
    table.setEncounters([1: .fileExists], of: 6)
    job.result = .failed(error: "e", errorIndex: 3)
    job.encounters = [1: .fileExists]
    #expect(table.lookUp(6) == .found(job))
    for id in [7, 4, 0, -1, .min, .max] as [Int64] { #expect(table.lookUp(id) == .neverIssued) }
    #expect(table.isIn(ByteView(start: nil, count: 0), 6) == false)
    "media".withBytes { #expect(table.isIn($0, 6)) }
  }

  @Test(arguments: [1, 2, 1023, 1024, 1025, 3000])
  func theOldestLeavesFirst(_ limit: Int) {
    var table = JobTable(start: 100, limit: limit)
    fill(&table, from: 100, count: 5000)
    let oldest = 5100 - Int64(limit)
    for id in 100..<Int64(5100) {
      switch table.lookUp(id) {
      case .found(let job):
        #expect(id >= oldest)
        #expect(job.key == "key-\(id)" && job.reqid == "reqid-\(id)" && job.pipeline == (id % 2 == 0 ? "p" : ""))
        #expect(job.accessKey == "ak-\(id % 3)")
      case .left: #expect(id < oldest)
      case .neverIssued: Issue.record("\(id) was issued")
      }
    }
    #expect(table.lookUp(5100) == .neverIssued)
    #expect(table.ids(in: table.issued) == Array(oldest..<5100))
  }

  /// A job that is going on stays, however old it is, while there are settled ones; afterwards it leaves first.
  @Test func theOldestSettledLeavesFirst() throws {
    var table = JobTable(start: 1, limit: 1000)
    fill(&table, from: 1, count: 4000) { $0 % 1000 == 7 }
    #expect(table.ids(in: table.issued) == [7, 1007, 2007] + Array(3004...4000))
    #expect(table.count == 1000)
    guard case .found(let job) = table.lookUp(1007) else {
      Issue.record("1007 is going on")
      return
    }
    #expect(job.key == "key-1007" && job.state.phase == .waiting)
    let effects = try #require(table.update(1007) { state, plan in state.timeCame(1007, plan) })
    #expect(effects == [.results, .settled])
    fill(&table, from: 4001, count: 1)
    #expect(table.lookUp(1007) == .left)
    #expect(table.ids(in: table.issued) == [7, 2007] + Array(3004...4001))
  }

  @Test func theOldestOfAllLeavesWhereNoneIsSettled() {
    var table = JobTable(start: 1, limit: 10)
    fill(&table, from: 1, count: 5000) { $0 != 3 }
    #expect(table.ids(in: table.issued) == Array(4991...5000))
    // Those that were put aside for the one settled job go first as well.
    #expect(table.count == 10)
  }

  /// Jobs that go on for good, one in a thousand, cost their own memory and not that of their neighbours.
  @Test func keepsNoNeighboursForOneJob() {
    var table = JobTable(start: 1, limit: 50)
    fill(&table, from: 1, count: 100_000) { $0 % 2000 == 0 }
    #expect(table.count == 50)
    #expect(table.ids(in: table.issued).filter { $0 % 2000 == 0 }.count == 50)
    // Each has a segment of its own, and the first one may still hold what has left.
    #expect(table.octets < 50 * 1000 + 200_000)
  }

  @Test func jobsOfOneBucketThatAreRemovedAreFreedBehindOneThatGoesOn() {
    var table = JobTable(start: 1, limit: 1_000_000)
    fill(&table, from: 1, count: 2000) { $0 == 1 }
    for start in stride(from: Int64(2001), to: 200_001, by: 2000) {
      fill(&table, from: start, count: 2000)
      for id in table.ids(in: 2..<table.next) { table.remove(id) }
    }
    #expect(table.count == 1 && table.segmentsInUse <= 2)
    #expect(table.octets < 300_000)
  }

  @Test func removedJobsHaveLeft() {
    var table = JobTable(start: 1, limit: 5)
    fill(&table, from: 1, count: 5) { $0 == 2 }
    table.remove(2)
    table.remove(4)
    table.remove(4)
    #expect(table.ids(in: table.issued) == [1, 3, 5] && table.count == 3)
    #expect(table.lookUp(4) == .left && table.update(4) { _, _ in } == nil)
    fill(&table, from: 6, count: 3)
    #expect(table.ids(in: table.issued) == [3, 5, 6, 7, 8])
    table.removeAll()
    #expect(table.count == 0 && table.lookUp(8) == .left && table.lookUp(9) == .neverIssued)
    fill(&table, from: 9, count: 1)
    #expect(table.ids(in: table.issued) == [9])
  }

  @Test func endsAtTheLargestID() {
    var table = JobTable(start: .max - 1, limit: 1)
    fill(&table, from: .max - 1, count: 1)
    fill(&table, from: .max, count: 1)
    #expect(table.lookUp(.max - 1) == .left)
    guard case .found = table.lookUp(.max) else {
      Issue.record("the last id is not found")
      return
    }
    #expect(table.ids(in: table.issued) == [.max])
  }

  // MARK: - Octets

  /// What a table takes, counted anew.
  private func recount(_ table: JobTable) -> Int {
    var octets = table.count * JobTable.overhead + table.accounts.octets
    for segment in table.segments {
      octets += JobSegment.overhead + segment.records.count * MemoryLayout<JobSegment.Record>.stride
      octets += segment.text.count + segment.apart.reduce(0) { $0 + $1.count + JobSegment.apartOverhead }
    }
    octets += table.results.values.reduce(0) { $0 + $1.octets }
    octets += table.encounters.values.reduce(0) { $0 + JobTable.octets(of: $1) }
    return octets + table.plans.dropFirst().reduce(0) { $0 + 3 * MemoryLayout<JobPlan>.stride + $1.result.octets }
  }

  /// Appends a job whose key has so many octets.
  private func append(_ table: inout JobTable, _ count: Int, settled: Bool, error: String? = nil) {
    let plan = JobPlan(
      waiting: settled ? 0 : 1, result: error.map { .failed(error: $0, errorIndex: nil) } ?? .success)
    var state = JobState(plan, createdAt: 0, notifies: false)
    _ = state.timeCame(0, plan)
    withViews([String(repeating: "k", count: count)]) { views in
      var texts = JobSegment.Texts(repeating: RuleSubject.nothing)
      texts[2] = views[0]
      table.append(
        .init(createdAt: 0, plan: plan, traits: [], state: state, accessKey: views[0].prefixView(3), texts: texts),
        id: Int64(table.next))
    }
  }

  @Test(arguments: 0..<4)
  func octetsAreCountedRightWhateverHappens(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var table = JobTable(start: 1 + Int64(random.below(2000)), limit: 3000, share: 1 << 20)
    for round in 0..<6000 {
      let id = Int64(table.next) - Int64(random.below(4000))
      switch random.below(16) {
      case 0: table.remove(id)
      case 1: _ = table.update(id) { state, plan in state.timeCame(1, plan) }
      case 2 where table.state(of: id) != nil:
        table.setResult(.failed(error: String(repeating: "e", count: random.below(50)), errorIndex: nil), of: id)
      case 3 where table.state(of: id) != nil:
        table.setEncounters(Dictionary(uniqueKeysWithValues: (0..<random.below(5)).map { ($0, .fileExists) }), of: id)
      case 4: _ = table.makeRoom(for: random.below(40_000))
      case 5: append(&table, 900 + random.below(4000), settled: random.below(2) == 0)
      case 6: append(&table, 5, settled: true, error: "error \(random.below(4))")
      default: append(&table, random.below(100), settled: random.below(8) < 7)
      }
      if round % 16 == 0 { #expect(table.octets == recount(table)) }
    }
    #expect(table.octets == recount(table))
    #expect(table.count == table.ids(in: table.issued).count)
    for id in table.ids(in: table.issued) { table.remove(id) }
    #expect(table.octets == recount(table) && table.count == 0 && table.segmentsInUse <= 1)
    #expect(table.results.isEmpty && table.encounters.isEmpty)
  }

  /// Whatever leaves, it is the oldest that is settled, and where none is the oldest of all.
  @Test(arguments: 0..<3)
  func whatLeavesIsTheOldestSettledOne(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var table = JobTable(start: 1, limit: 700)
    var model: [(id: Int64, isSettled: Bool)] = []
    for _ in 0..<5000 {
      if random.below(3) == 0, let place = model.indices.randomElement(using: &random) {
        model[place].isSettled = true
        _ = table.update(model[place].id) { state, plan in state.timeCame(1, plan) }
      } else {
        let isSettled = random.below(4) == 0
        model.append((Int64(table.next), isSettled))
        append(&table, 20, settled: isSettled)
        if model.count > 700 { model.remove(at: model.firstIndex { $0.isSettled } ?? 0) }
      }
    }
    #expect(table.ids(in: table.issued) == model.map(\.id))
    #expect(table.evictedCount == Int(table.next) - 1 - 700)
    var ids: [Int64] = []
    while case let more = table.ids(from: UInt64((ids.last ?? 0) + 1)), !more.isEmpty { ids += more }
    #expect(ids == model.map(\.id))
  }

  @Test func theOldestSettledMakeRoomAndTheirOctetsAreFree() {
    var table = JobTable(start: 1, limit: 1_000_000, share: 10 << 20)
    for id in 1...100 { append(&table, 1 << 20, settled: id != 3, error: nil) }
    #expect(table.octets > 100 << 20)
    let hasRoom = table.makeRoom(for: JobTable.octets(of: 1 << 20))
    #expect(hasRoom && table.octets <= 9 << 20)
    #expect(table.ids(in: table.issued) == [3] + Array(94...100))
    #expect(table.evictedCount == 92)
  }

  @Test func whereNoneIsSettledThereIsNoRoom() {
    var table = JobTable(start: 1, limit: 1_000_000, share: 1 << 20)
    for _ in 1...8 { append(&table, 100_000, settled: false) }
    let (few, many) = (table.makeRoom(for: 100_000), table.makeRoom(for: 400_000))
    #expect(few && !many)
    #expect(!table.canMakeRoom(for: 400_000))
    #expect(table.count == 8)
    append(&table, 10, settled: true)
    #expect(table.canMakeRoom(for: 400_000))
  }

  @Test func aTableThatIsTakenOverKeepsToItsShare() throws {
    let stored = (1...40 as ClosedRange<Int64>).map { id in
      var job = ServiceSnapshot.StoredJob(job: .blank, plan: .immediate)
      job.job.id = id
      job.job.key = String(repeating: "k", count: 100_000)
      if id <= 5 { job.job.state = JobState(phase: .waiting, delivery: .none, tries: 0, due: 5) }
      return job
    }
    let table = JobTable(stored, first: 1, next: 41, limit: 1000, share: 1 << 20)
    #expect(table.octets <= 1 << 20 && table.octets == recount(table))
    #expect(table.ids(in: table.issued) == Array(1...5) + Array(36...40))
    let few = JobTable(stored, first: 1, next: 41, limit: 1000, share: 250_000)
    #expect(few.ids(in: few.issued) == [4, 5])
  }
}

extension ByteView {
  fileprivate func prefixView(_ limit: Int) -> ByteView { slice(0, Swift.min(limit, count)) }
}

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
  @Test func keepsNoSegmentForOneJob() {
    var table = JobTable(start: 1, limit: 50)
    fill(&table, from: 1, count: 100_000) { $0 % 1000 == 0 }
    #expect(table.count == 50)
    #expect(table.segmentsInUse <= 2)
    #expect(table.ids(in: table.issued).filter { $0 % 1000 == 0 }.count >= 49)
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
}

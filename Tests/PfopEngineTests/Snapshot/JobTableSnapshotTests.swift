import Testing

@testable import PfopEngine

struct JobTableSnapshotTests {
  private static func stored(_ id: Int64, settled: Bool = true) -> ServiceSnapshot.StoredJob {
    var job = Job.blank
    job.id = id
    job.key = "key\(id)"
    job.accessKey = "ak\(id % 3)"
    if !settled {
      job.notifyURL = "http://a/"
      job.state = JobState(phase: .waiting, delivery: .planned, tries: 0, due: 5)
    }
    return ServiceSnapshot.StoredJob(job: job, plan: JobPlan(waiting: id % 2))
  }

  @Test func everyJobIsFoundAgainAndTheGapsAreNot() {
    // Some have outlived their neighbours by millions of ids, and some have left in between.
    let ids: [Int64] = [3, 7, 1_000_000] + (5_000_000..<5_003_000).filter { $0 % 10 != 0 }
    let all = ids.map { Self.stored($0) }
    let table = JobTable(all, first: 2, next: 5_003_500, limit: 100_000)
    #expect(ids.allSatisfy { id in table.stored(id) == all.first { $0.job.id == id } || id > 5_000_100 })
    #expect(table.ids(in: table.issued) == ids)
    #expect(table.count == ids.count)
    #expect(table.phases[2] == ids.count)
    #expect(table.lookUp(1) == .neverIssued && table.lookUp(4) == .left && table.lookUp(5_000_010) == .left)
    #expect(table.lookUp(5_003_499) == .left && table.lookUp(5_003_500) == .neverIssued)
    // Memory for what is there, not for what has been.
    #expect(table.segmentsInUse < 8)
  }

  @Test func itGoesOnAsIfNothingHadHappened() {
    var table = JobTable([Self.stored(1, settled: false), Self.stored(5)], first: 1, next: 6, limit: 3)
    for id in 6...9 as ClosedRange<Int64> {
      table.append(
        JobTable.Entry(
          createdAt: 0, plan: .immediate, traits: [], state: Self.stored(id).job.state,
          accessKey: RuleSubject.nothing, texts: .init(repeating: RuleSubject.nothing)), id: id)
    }
    // The settled ones leave first.
    #expect(table.ids(in: table.issued) == [1, 8, 9])
    #expect(table.state(of: 1)?.due == 5)
  }

  @Test func noMoreAreTakenOverThanAreKept() {
    let table = JobTable((1...100).map { Self.stored($0, settled: $0 != 1) }, first: 1, next: 101, limit: 10)
    #expect(table.ids(in: table.issued) == [1] + Array(92...100))
  }

  @Test func ownResultsAndEncountersAreTakenOver() {
    var stored = Self.stored(1)
    stored.job.result = .failed(error: "own", errorIndex: 2)
    stored.job.encounters = [0: .returnedOld, 3: .fileExists]
    stored.job.traits = [.force, .idleType]
    let table = JobTable([stored], first: 1, next: 2, limit: 5)
    #expect(table.lookUp(1) == .found(stored.job))
  }

  @Test func theLastIDOfAllIsNoLimit() {
    let table = JobTable([Self.stored(.max)], first: 1, next: UInt64(Int64.max) + 1, limit: 5)
    #expect(table.stored(.max) == Self.stored(.max))
  }
}

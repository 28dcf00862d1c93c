import ByteText
import Testing

@testable import PfopEngine

struct JobTableTests {
  private func fill(_ table: inout JobTable, from start: Int64, count: Int64) throws {
    var decoder = FormDecoder()
    for id in start..<(start + count) {
      try Samples.form(["key": "key-\(id)", "pipeline": id % 2 == 0 ? "p" : nil]).withBytes { try decoder.decode($0) }
      let request = try PfopRequest(decoder)
      "reqid-\(id)".withBytes { table.append(id: id, request, reqid: $0, at: Timestamp(nanoseconds: id)) }
    }
  }

  @Test func keepsAllOfAJob() throws {
    var table = JobTable(start: 5, limit: 10)
    try fill(&table, from: 5, count: 2)
    #expect(
      table.lookUp(6)
        == .found(
          Job(
            id: 6, createdAt: Timestamp(nanoseconds: 6), reqid: "reqid-6", bucket: "media", key: "key-6",
            fops: "avthumb/mp4", pipeline: "p", notifyURL: "http://127.0.0.1:9999/cb")))
    #expect(table.lookUp(7) == .neverIssued)
    #expect(table.lookUp(4) == .neverIssued)
    #expect(table.lookUp(.min) == .neverIssued)
    #expect(table.lookUp(.max) == .neverIssued)
  }

  @Test(arguments: [1, 2, 1023, 1024, 1025, 3000])
  func theOldestLeavesFirst(_ limit: Int) throws {
    var table = JobTable(start: 100, limit: limit)
    try fill(&table, from: 100, count: 5000)
    let oldest = 5100 - Int64(limit)
    for id in 100..<Int64(5100) {
      switch table.lookUp(id) {
      case .found(let job):
        #expect(id >= oldest)
        #expect(job.key == "key-\(id)" && job.reqid == "reqid-\(id)" && job.pipeline == (id % 2 == 0 ? "p" : ""))
      case .left: #expect(id < oldest)
      case .neverIssued: Issue.record("\(id) was issued")
      }
    }
    #expect(table.lookUp(5100) == .neverIssued)
  }

  @Test func endsAtTheLargestID() throws {
    var table = JobTable(start: .max - 1, limit: 1)
    try fill(&table, from: .max - 1, count: 1)
    var decoder = FormDecoder()
    try Samples.form().withBytes { try decoder.decode($0) }
    let request = try PfopRequest(decoder)
    "r".withBytes { table.append(id: .max, request, reqid: $0, at: Timestamp(nanoseconds: 0)) }
    #expect(table.lookUp(.max - 1) == .left)
    guard case .found = table.lookUp(.max) else {
      Issue.record("the last id is not found")
      return
    }
  }
}

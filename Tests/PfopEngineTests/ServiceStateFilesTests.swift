import ByteText
import Testing

@testable import PfopEngine

struct ServiceStateFilesTests {
  private static let yaml = """
    dialect: current
    buckets:
      media: { keys: [video.mp4, "raw/*"], job: { waiting: 5s } }
      all: { keys: ["*"], then: { status: 599 } }
    """

  private func state() throws -> ServiceState { ServiceState(fixture: try Samples.fixture(Self.yaml)) }

  private func upload(_ sample: UploadSample, to state: inout ServiceState, at now: Int64 = 0) throws -> String {
    let outcome = try sample.read { upload in
      "reqid".withBytes { reqid in
        "ak".withBytes { state.upload(upload, reqid: reqid, accessKey: $0, at: Timestamp(nanoseconds: now)) }
      }
    }
    switch outcome {
    case .stored(let id): return "stored \(id.map(String.init) ?? "-")"
    case .refused(let refusal): return "\(refusal.status) \(refusal.error)"
    }
  }

  private func facts(_ state: ServiceState, _ key: String, in bucket: String = "media") -> FileFacts? {
    switch bucket.withBytes({ bucket in key.withBytes { state.lookUp(bucket, $0) } }) {
    case .found(let facts): facts
    case .refused: nil
    }
  }

  private func status(_ state: ServiceState, _ key: String, in bucket: String) -> Int {
    switch bucket.withBytes({ bucket in key.withBytes { state.lookUp(bucket, $0) } }) {
    case .found: 200
    case .refused(let refusal): refusal.status
    }
  }

  @Test func anUploadedFileExists() throws {
    var state = try state()
    #expect(status(state, "a.mp4", in: "media") == 612)
    #expect(try state.outcome(Samples.form(["key": "a.mp4"])) == "612 no such key")
    #expect(try upload(UploadSample(), to: &state, at: 1_700_000_000_123_456_789) == "stored -")
    #expect(
      facts(state, "a.mp4")
        == FileFacts(
          size: 5, hash: "Fqr0xh3cxeii2r7eDztILNmuqUNN", mimeType: "video/mp4", putTime: 17_000_000_001_234_567))
    #expect(try state.outcome(Samples.form(["key": "a.mp4"])) == "200")
    // As a target of saveas it exists as well.
    #expect(state.exists(try #require("bWVkaWE6YS5tcDQ".withBytes { EntryURI(encoded: $0) })))
  }

  @Test func aJobBeginsWithTheBucketsPlan() throws {
    var state = try state()
    let sample = UploadSample().with(#""persistentOps":"avinfo""#)
    #expect(try upload(sample, to: &state, at: 7) == "stored 1")
    let job = try #require(state.lookUp(1).job)
    #expect(job.bucket == "media" && job.key == "a.mp4" && job.fops == "avinfo" && job.reqid == "reqid")
    #expect(job.createdAt == Timestamp(nanoseconds: 7) && job.accessKey == "ak" && job.traits.idFormat == .string)
    #expect(job.state.phase == .waiting)
    _ = state.advance(to: Timestamp(nanoseconds: 5_000_000_007), limit: 10)
    #expect(state.lookUp(1).job?.state.phase == .finished)
  }

  @Test func existingFilesStayUnlessTheScopeNamesTheKey() throws {
    var state = try state()
    var listed = UploadSample()
    listed.key = "video.mp4"
    #expect(try upload(listed, to: &state) == "614 file exists")
    #expect(try upload(listed.with(#""insertOnly":1"#), to: &state) == "614 file exists")
    #expect(try upload(listed.with(#""scope":"media:video.mp4""#), to: &state) == "stored -")
    // A pattern lets keys be read, but makes none exist.
    listed.key = "raw/x"
    #expect(try upload(listed, to: &state) == "stored -")
    // The same file again changes nothing; another one would.
    #expect(try upload(listed, to: &state) == "stored -")
    listed.hash = "another"
    #expect(try upload(listed.with(#""persistentOps":"a""#), to: &state) == "614 file exists")
    #expect(try state.decide(Samples.form()) == .accepted(id: 1, rule: nil), "a refusal uses up no id")
  }

  @Test func rulesAndStepsAreForPfop() throws {
    var state = try state()
    #expect(try upload(UploadSample().with(#""scope":"all""#), to: &state) == "stored -")
    #expect(try upload(UploadSample().with(#""scope":"none""#), to: &state) == "631 no such bucket")
    #expect(status(state, "x", in: "all") == 200)
    #expect(status(state, "x", in: "none") == 631)
  }

  @Test func withoutIDsNothingIsStored() throws {
    var state = ServiceState(fixture: try Samples.fixture(Self.yaml), settings: .init(idStart: .max))
    #expect(try state.outcome(Samples.form()) == "200")
    #expect(try upload(UploadSample().with(#""persistentOps":"a""#), to: &state) == "599 server operation failed")
    #expect(facts(state, "a.mp4") == nil)
  }

  @Test func factsOfTheFixturesFilesAreMadeUpAndStay() throws {
    let (state, other) = (try state(), try state())
    let first = try #require(facts(state, "video.mp4"))
    #expect(facts(other, "video.mp4") == first)
    #expect(first.hash.count == 28 && first.hash.hasPrefix("F") && first.size > 0)
    #expect((17_000_000_000_000_000..<18_000_000_000_000_000).contains(first.putTime))
    #expect(facts(state, "raw/video.mp4") != first)
  }

  @Test func anotherFileHasOtherFacts() throws {
    var state = try state()
    _ = try upload(UploadSample(), to: &state)
    let form = Samples.form(["fops": "a|\(Samples.saveas("media:a.mp4"))", "force": "1"])
    #expect(try state.outcome(form) == "200")
    _ = state.advance(to: Timestamp(nanoseconds: 5_000_000_000), limit: 10)
    #expect(facts(state, "a.mp4").map { $0.hash != "Fqr0xh3cxeii2r7eDztILNmuqUNN" } == true)
  }

  @Test func aResetForgetsThem() throws {
    for whole in [true, false] {
      var state = try state()
      _ = try upload(UploadSample(), to: &state)
      if whole { state.reset(.resources) } else { state.reset(.resources, ofBucket: "media") }
      #expect(facts(state, "a.mp4") == nil && state.files.isEmpty)
    }
  }
}

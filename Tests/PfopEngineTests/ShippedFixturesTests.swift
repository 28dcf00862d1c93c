import PfopEngine
import Testing

/// The fixtures that ship load, and every bucket does what its name says.
struct ShippedFixturesTests {
  private func state(_ file: String) throws -> ServiceState {
    switch FixtureLoader.load(paths: ["\(Samples.packageRoot)/fixtures/\(file)"]) {
    case .loaded(let fixture):
      #expect(fixture.accounts.map(\.accessKey) == ["testak-0123456789ABCDEFGHIJKLMNOPQRSTUVW"])
      return ServiceState(fixture: fixture, settings: .init())
    case .refused(let problems): throw Samples.Broken(problems: problems)
    }
  }

  @Test(arguments: [
    ("media", "video.mp4", "200"),
    ("media", "raw/a b&c.mov", "200"),
    ("media", "中文 视频+a&b=c%7E~*|.mp4", "200"),
    ("media", "中文 视频+a&b=c%7E~x|.mp4", "404 no such key"),
    ("media", "none.mp4", "404 no such key"),
    ("none", "video.mp4", "404 no such bucket"),
    ("outcome-400", "x", "400 bad parameter"),
    ("outcome-401", "x", "401 bad token"),
    ("outcome-404", "x", "404 no such key"),
    ("outcome-599", "x", "599 server operation failed"),
    ("outcome-614", "x", "614 file exists"),
  ])
  func eachOutcomeOfTheDefault(_ bucket: String, _ key: String, _ outcome: String) throws {
    var state = try state("default.yaml")
    for _ in 0..<3 { #expect(try state.outcome(Samples.form(["bucket": bucket, "key": key])) == outcome) }
  }

  @Test func theFlakyBucketFailsTwice() throws {
    var state = try state("default.yaml")
    let outcomes = try (0..<5).map { _ in try state.outcome(Samples.form(["bucket": "flaky-599"])) }
    #expect(outcomes == ["599 server operation failed", "599 server operation failed", "200", "200", "200"])
  }

  @Test func jobsOfTheDefaultTakeTheirTimeOrFail() throws {
    var state = try state("default.yaml")
    for bucket in ["slow-job", "failing-job", "media"] {
      #expect(try state.outcome(Samples.form(["bucket": bucket])) == "200")
    }
    for (seconds, codes) in [(0, [1, 2, 0]), (1, [1, 3, 0]), (2, [2, 3, 0]), (5, [0, 3, 0])] as [(Int64, [Int])] {
      _ = state.advance(to: Timestamp(nanoseconds: seconds * 1_000_000_000), limit: 10)
      let reports = (1...3).compactMap { state.lookUp($0).job.map { StatusReport($0) } }
      #expect(reports.map(\.code.rawValue) == codes, "after \(seconds) s")
    }
  }

  @Test func thePermissiveOneTakesAnything() throws {
    var state = try state("permissive.yaml")
    let saveas = "a|" + Samples.saveas("x:y")
    #expect(try state.outcome(Samples.form(["bucket": "any", "key": "中*", "fops": saveas])) == "200")
  }

  /// Each is shown by itself, in a file of its name.
  @Test(arguments: Fault.allCases)
  func everyFaultHasAnExample(_ fault: Fault) throws {
    let path = "\(Samples.packageRoot)/fixtures/examples/\(fault.rawValue).yaml"
    guard case .loaded(let fixture) = FixtureLoader.load(paths: [path]) else {
      Issue.record("not loaded: \(path)")
      return
    }
    #expect(fixture.rules.isEmpty && fixture.buckets.map(\.name.pattern) == ["media"])
    #expect(fixture.buckets.first?.steps.first?.fault == fault)
  }
}

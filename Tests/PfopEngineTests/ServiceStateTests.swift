import PfopEngine
import Guarded
import Testing

struct ServiceStateTests {
  private func state(_ yaml: String, idStart: Int64 = 1, maxJobs: Int = 100) throws -> ServiceState {
    ServiceState(fixture: try Samples.fixture(yaml), settings: .init(idStart: idStart, maxJobs: maxJobs))
  }

  private func refusal(_ state: inout ServiceState, _ changes: KeyValuePairs<String, String?>) throws -> Refusal {
    switch try state.decide(Samples.form(changes)) {
    case .refused(let refusal): return refusal
    case .accepted, .unanswered: throw NotRefused()
    }
  }

  private struct NotRefused: Error {}

  private final class Shared: Sendable {
    let state: Guarded<ServiceState>

    init(_ state: ServiceState) { self.state = Guarded(state) }
  }

  @Test func acceptsWithConsecutiveIDs() throws {
    var state = try state("buckets: { media: { keys: [video.mp4] } }", idStart: 9_007_199_254_740_993)
    #expect(try state.decide(Samples.form()) == .accepted(id: 9_007_199_254_740_993, rule: nil))
    #expect(try state.outcome(Samples.form(["key": "none"])) == "404 no such key")
    #expect(try state.decide(Samples.form(), reqid: "r2", at: 5) == .accepted(id: 9_007_199_254_740_994, rule: nil))
    guard case .found(let job) = state.lookUp(9_007_199_254_740_994) else {
      Issue.record("the job is not found")
      return
    }
    #expect(job.reqid == "r2" && job.createdAt == Timestamp(nanoseconds: 5))
    #expect(state.lookUp(9_007_199_254_740_995) == .neverIssued)
  }

  @Test func explainsAnUnknownBucket() throws {
    var state = try state("buckets: { media: {}, \"logs-*\": {} }")
    let near = try refusal(&state, ["bucket": "medai"])
    #expect(near.check == .bucket && near.status == 404 && near.error == "no such bucket")
    #expect(near.explanation == "bucket \"medai\" is not in the fixture; nearest: \"media\"")
    let far = try refusal(&state, ["bucket": "something"])
    #expect(far.explanation == "bucket \"something\" is not in the fixture; some that are: \"media\", \"logs-*\"")
    var empty = try self.state("buckets: {}")
    #expect(try refusal(&empty, [:]).explanation.hasSuffix("which has no buckets"))
  }

  @Test func explainsAnUnknownKey() throws {
    var state = try state("buckets: { media: { keys: [video.mp4, \"raw/*\"] }, empty: {} }")
    let near = try refusal(&state, ["key": "Video.mp4"])
    #expect(near.check == .key && near.status == 404 && near.error == "no such key")
    #expect(
      near.explanation
        == "key \"Video.mp4\" is not in bucket \"media\", which lists 2 keys and patterns; nearest: \"video.mp4\"")
    #expect(try refusal(&state, ["bucket": "empty"]).explanation.hasSuffix("which lists no keys"))
    #expect(try refusal(&state, ["key": "\n中"]).explanation.contains(#""\n\xE4\xB8\xAD""#))
  }

  @Test func findsOneOfManyKeys() throws {
    let keys = (0..<100_000).map { "k\($0)" }.joined(separator: ",")
    var state = try state("buckets: { media: { keys: [\(keys)] } }")
    #expect(try state.outcome(Samples.form(["key": "k99999"])) == "200")
    #expect(try state.outcome(Samples.form(["key": "k100000"])) == "404 no such key")
  }

  @Test func anExactBucketBeatsAPatternAndPatternsGoInFileOrder() throws {
    var state = try state(
      """
      buckets:
        "*": { keys: [any] }
        "m*": { keys: [second] }
        media: { keys: [exact] }
        '\\*': { keys: [star] }
      """)
    for (bucket, key, status) in [
      ("media", "exact", "200"), ("media", "any", "404"), ("mp3", "any", "200"), ("mp3", "second", "404"),
      ("*", "star", "200"), ("*", "any", "404"),
    ] {
      #expect(try state.outcome(Samples.form(["bucket": bucket, "key": key])).prefix(3) == status, "\(bucket) \(key)")
    }
  }

  @Test func aListedKeyIsASaveasTargetThatExists() throws {
    var state = try state("buckets: { media: { keys: [video.mp4, old.mp4] } }")
    let fops = "avthumb/mp4|" + Samples.saveas("media:old.mp4")
    let refusal = try refusal(&state, ["fops": fops])
    #expect(refusal.check == .saveas && refusal.status == 614 && refusal.error == "file exists")
    #expect(refusal.explanation == "saveas target \"media:old.mp4\" exists; force=1 would overwrite it")
    #expect(try state.outcome(Samples.form(["fops": fops, "force": "0"])) == "614 file exists")
    #expect(try state.outcome(Samples.form(["fops": fops, "force": "1"])) == "200")
  }

  @Test func aKeyThatAJobMadeExists() throws {
    var state = try state("buckets: { \"*\": { keys: [video.mp4] } }")
    let fops = "avthumb/mp4|" + Samples.saveas("media:new.mp4")
    #expect(try state.outcome(Samples.form(["key": "new.mp4"])) == "404 no such key")
    #expect(try state.outcome(Samples.form(["fops": fops])) == "200")
    #expect(try state.outcome(Samples.form(["key": "new.mp4"])) == "200")
    #expect(try state.outcome(Samples.form(["fops": fops])) == "614 file exists")
    // Under the bucket's own name, not under the pattern.
    #expect(try state.outcome(Samples.form(["bucket": "other", "key": "new.mp4"])) == "404 no such key")
    #expect(try state.outcome(Samples.form(["fops": "a|" + Samples.saveas("other:new.mp4")])) == "200")
  }

  @Test func aKeyPatternMakesNoTargetExist() throws {
    var state = try state("buckets: { media: { keys: [\"*\"] } }")
    #expect(try state.outcome(Samples.form(["fops": "a|" + Samples.saveas("media:x")])) == "200")
  }

  @Test func aDerivedKeyMeetsNoTarget() throws {
    var state = try state("buckets: { media: { keys: [video.mp4] } }")
    for _ in 0..<2 { #expect(try state.outcome(Samples.form(["fops": "a|" + Samples.saveas("media")])) == "200") }
  }

  @Test func refusalsUseUpNoIDAndMakeNoKey() throws {
    var state = try state("buckets: { media: { keys: [video.mp4] } }")
    _ = try state.outcome(Samples.form(["key": "none", "fops": "a|" + Samples.saveas("media:x")]))
    #expect(try state.outcome(Samples.form(["key": "x"])) == "404 no such key")
    #expect(try state.decide(Samples.form()) == .accepted(id: 1, rule: nil))
  }

  @Test func refusesOnceTheIDsAreGone() throws {
    var state = try state("buckets: { media: { keys: [video.mp4] } }", idStart: .max)
    #expect(try state.decide(Samples.form()) == .accepted(id: .max, rule: nil))
    let refusal = try refusal(&state, [:])
    #expect(refusal.check == .id && refusal.status == 599)
    #expect(refusal.explanation.contains("9223372036854775807"))
    guard case .found = state.lookUp(.max) else {
      Issue.record("the last job is not found")
      return
    }
  }

  @Test func replacingTheFixtureStartsItsRulesAnewAndKeepsJobsAndKeys() throws {
    let yaml = "buckets: { media: { keys: [video.mp4], then: [{ status: 599, times: 1 }, { accept: true }] } }"
    var state = try state(yaml)
    let fops = "a|" + Samples.saveas("media:x")
    #expect(try state.outcome(Samples.form(["fops": fops])) == "599 server operation failed")
    #expect(try state.outcome(Samples.form(["fops": fops])) == "200")
    state.replace(try Samples.fixture(yaml))
    #expect(try state.outcome(Samples.form(["fops": fops])) == "599 server operation failed")
    #expect(try state.outcome(Samples.form(["fops": fops])) == "614 file exists")
    #expect(try state.decide(Samples.form()).id == 2)
  }

  @Test func parallelRequestsTakeAStepExactlySoManyTimes() async throws {
    let yaml = "buckets: { media: { keys: [\"*\"], then: [{ status: 599, times: 2 }, { accept: true }] } }"
    let shared = Shared(try state(yaml, maxJobs: 10_000))
    let decisions = try await withThrowingTaskGroup(of: Decision.self) { group in
      for _ in 0..<1000 { group.addTask { try shared.state.withLock { try $0.decide(Samples.form()) } } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let ids = decisions.compactMap(\.id)
    #expect(decisions.count - ids.count == 2)
    #expect(Set(ids).count == 998)
  }

  @Test func theSettingsDialectGoesBeforeTheFixtures() throws {
    let fixture = try Samples.fixture("dialect: current")
    #expect(ServiceState(fixture: fixture).idioms.standard == Idiom(.current))
    let state = ServiceState(fixture: fixture, settings: .init(dialect: .classic, idFormat: .zoned))
    #expect(state.idioms.standard == Idiom(.classic, .zoned))
  }
}

extension Decision {
  fileprivate var id: Int64? {
    switch self {
    case .accepted(let id, _): id
    case .refused, .unanswered: nil
    }
  }
}

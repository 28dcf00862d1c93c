import Testing

@testable import PfopEngine

struct FixtureDefinitionTests {
  private func bucket(_ yaml: String) throws -> Fixture.Bucket {
    try #require(Samples.fixture(yaml).buckets.last)
  }

  @Test func textsStayTextsAndNumbersNumbers() throws {
    let bucket = try bucket(
      #"""
      buckets:
        b:
          keys: [video.mp4, 007, 12, 1.50, yes, True, "null", "5"]
          then: [{ status: 0599, times: 02 }, { accept: True, probability: 0.50 }]
      """#)
    guard case .object(let members) = bucket.definition else {
      Issue.record("no object")
      return
    }
    #expect(
      members["keys"]
        == .array([
          .string("video.mp4"), .string("007"), .integer(12), .string("1.50"), .string("yes"), .string("True"),
          .string("null"), .string("5"),
        ]))
    #expect(
      members["then"]
        == .array([
          .object(["status": .integer(599), "times": .integer(2)]),
          .object(["accept": .boolean(true), "probability": .number(0.5)]),
        ]))
  }

  @Test func mergedMembersStandWhereTheyAreMerged() throws {
    let bucket = try bucket(
      """
      buckets:
        b: { job: &slow { waiting: 1s, processing: 2s } }
        c: { job: { <<: *slow, waiting: 3s } }
      """)
    #expect(bucket.definition == .object(["job": .object(["waiting": .string("3s"), "processing": .string("2s")])]))
  }

  /// What is told can be put back: read once more it means the same.
  @Test(arguments: ["fixtures/default.yaml", "fixtures/chaos.yaml", "fixtures/permissive.yaml"])
  func whatIsToldReadsAsTheSame(file: String) throws {
    guard case .loaded(let fixture) = FixtureLoader.load(paths: ["\(Samples.packageRoot)/\(file)"]) else {
      Issue.record("not loaded")
      return
    }
    for bucket in fixture.buckets {
      let reader = FixtureReader()
      #expect(reader.bucket(named: bucket.name.pattern, reader.root(of: bucket.definition)) == bucket)
      #expect(reader.problems.isEmpty)
    }
    for rule in fixture.rules {
      let reader = FixtureReader()
      #expect(reader.rule(reader.root(of: rule.definition)) == rule)
      #expect(reader.problems.isEmpty)
    }
  }
}

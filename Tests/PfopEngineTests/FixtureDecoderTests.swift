import Testing

@testable import PfopEngine

struct FixtureDecoderTests {
  @Test func readsAllOfAFixture() throws {
    let yaml = """
      dialect: classic
      accounts:
        - { accessKey: a1, secretKey: 0123 }
      buckets:
        media:
          keys: [video.mp4, "raw/*", 2024, no, "null"]
          then: [{ status: 599, times: 2 }, { status: 400, error: why }, { accept: true }]
        123:
      rules:
        - { name: down, when: { bucket: m*, key: a, fops: "avthumb/*" }, then: { status: 614, times: 3 } }
        - { then: { status: 599 } }
      """
    guard case .loaded(let fixture) = FixtureLoader.decode(yaml, file: "a.yaml") else {
      Issue.record("\(FixtureLoader.decode(yaml, file: "a.yaml"))")
      return
    }
    func wildcard(_ pattern: String) throws -> Wildcard { try #require(Wildcard(pattern)) }
    #expect(fixture.dialect == .classic)
    #expect(fixture.accounts == [Account(accessKey: "a1", secretKey: "0123")])
    #expect(fixture.buckets.map(\.name.pattern) == ["media", "123"])
    #expect(fixture.buckets[0].keys.map(\.pattern) == ["video.mp4", "raw/*", "2024", "no", "null"])
    #expect(
      fixture.buckets[0].steps == [
        Step(.status(599, error: "server operation failed"), times: 2), Step(.status(400, error: "why"), times: 1),
        Step(.accept, times: nil),
      ])
    let rules = fixture.rules.map { rule in
      var rule = rule
      rule.definition = .object([:])
      return rule
    }
    #expect(
      try rules == [
        Rule(
          name: "down", when: [.bucket(wildcard("m*")), .key(wildcard("a")), .fops(wildcard("avthumb/*"))],
          steps: [Step(.status(614, error: "file exists"), times: 3)]),
        Rule(name: nil, when: [], steps: [Step(.status(599, error: "server operation failed"), times: nil)]),
      ])
  }

  @Test func readsJSON() throws {
    let json =
      #"{"accounts":[{"accessKey":"a","secretKey":"s"}],"buckets":{"\u4e2d":{"keys":["*"],"then":{"status":599}}}}"#
    guard case .loaded(let fixture) = FixtureLoader.decode(json, file: "a.json") else {
      Issue.record("not loaded")
      return
    }
    #expect(fixture.buckets.map(\.name.pattern) == ["中"])
  }

  @Test func followsAliasesAndMerges() throws {
    let fixture = try Samples.fixture(
      """
      buckets:
        one: &one { keys: &keys [a, b], then: { status: 599 } }
        two: { keys: *keys }
        three: { <<: *one, keys: [c] }
        four: { <<: [{ keys: [d] }, *one] }
      """)
    #expect(fixture.buckets.map { $0.keys.map(\.pattern) } == [["a", "b"], ["a", "b"], ["c"], ["d"]])
    #expect(fixture.buckets.map(\.steps.count) == [1, 0, 1, 1])
  }

  @Test func aliasesDoNotMakeAFileEndless() {
    let buckets = (0..<100).map { "  b\($0): { keys: *k }\n" }.joined()
    let yaml = "buckets:\n  b: { keys: &k [a, b, c, d, e, f, g, h, i, j] }\n" + buckets
    #expect(FixtureDecoder(yaml, file: "a.yaml", maximumValues: 2000).problems.isEmpty)
    #expect(
      FixtureDecoder(yaml, file: "a.yaml", maximumValues: 1000).problems.map(\.what)
        == ["there are more than 1000 values up to here, with those that aliases stand for"])
  }

  /// Without any alias it is their number alone.
  @Test func valuesAreBoundedInNumber() {
    let keys = (0..<FixtureReader.maximumValues).lazy.map(String.init).joined(separator: ",")
    let decoder = FixtureDecoder("{\"buckets\": {\"b\": {\"keys\": [\(keys)]}}}", file: "a.json")
    #expect(decoder.problems.map(\.path) == ["buckets.b.keys"])
    #expect(decoder.problems.map(\.allowed) == ["1000000 values in a file"])
    #expect(decoder.problems.first?.what.hasPrefix("there are more than 1000000 values") == true)
  }

  @Test func nestedAliasesAreNotFollowed() {
    let levels = (1..<40).map {
      "  - &a\($0) [\(Array(repeating: "*a\($0 - 1)", count: 10).joined(separator: ", "))]\n"
    }
    let yaml = "rules:\n  - &a0 [a]\n" + levels.joined() + "buckets: { media: { keys: *a39 } }"
    #expect(FixtureDecoder(yaml, file: "a.yaml").problems.count == 50)
  }

  @Test func neitherDescriptionNorDumpShowsASecret() {
    let account = Account(accessKey: "ak", secretKey: "the-secret")
    var dumped = ""
    dump(Fixture(accounts: [account]), to: &dumped)
    #expect(!dumped.contains("the-secret"))
    #expect(!"\(account) \(String(reflecting: account)) \([account])".contains("the-secret"))
  }
}

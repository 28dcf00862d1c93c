import ByteText
import Testing

@testable import PfopEngine

struct RuleIndexTests {
  /// What the rules are tried on in the order in which the index names them.
  private func candidates(_ index: RuleIndex, _ fields: KeyValuePairs<String, String?>, accessKey: String = "ak")
    throws -> [Int]
  {
    try withRequest(fields, accessKey) { Array(index.candidates(for: $0, $1)) }
  }

  private func withRequest<Result>(
    _ fields: KeyValuePairs<String, String?>, _ accessKey: String, _ body: (PfopRequest, RuleSubject) -> Result
  ) throws -> Result {
    var decoder = FormDecoder()
    try Samples.form(fields).withBytes { bytes throws(ParameterError) in try decoder.decode(bytes) }
    let request = try PfopRequest(decoder, IdiomTable(Samples.fixture("buckets: {}"), dialect: nil, idFormat: nil))
    var subject = RuleSubject()
    subject.parameters = request
    return accessKey.withBytes { bytes in
      subject.accessKey = bytes
      return body(request, subject)
    }
  }

  private func wildcard(_ pattern: String) throws -> Wildcard { try #require(Wildcard(pattern)) }

  private func index(_ rules: [[Matcher]]) -> RuleIndex {
    var index = RuleIndex()
    for (place, when) in rules.enumerated() { index.add(place, when) }
    return index
  }

  @Test func aPatternIsLookedUpByItsLongestEnd() throws {
    let index = index([
      [.key(try wildcard("*.avi"))], [.key(try wildcard("video*.mp4"))], [.key(try wildcard("a-long-beginning*4"))],
      [.key(try wildcard("*deo*"))], [.bucket(try wildcard("me*")), .key(try wildcard("*.mp4"))],
      [.fops(try wildcard("*"))], [],
    ])
    // What holds no literal end, and what asks for something else, is always tried.
    #expect(try candidates(index, [:]) == [1, 3, 4, 5, 6])
    #expect(try candidates(index, ["key": "x.avi"]) == [0, 3, 5, 6])
    #expect(try candidates(index, ["key": "a-long-beginning"]) == [2, 3, 5, 6])
    #expect(try candidates(index, ["key": "4"]) == [3, 5, 6])
  }

  /// Each candidate's conditions still have to be looked at, but no rule that holds may be missing.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func noRuleThatHoldsIsPassedOver(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    func pick(_ texts: [String]) -> String { texts[Int(random.next() % UInt64(texts.count))] }
    func pattern() throws -> Wildcard {
      try wildcard((0..<3).map { _ in pick(["", "a", "b", "ab", "*", "c"]) }.joined())
    }
    var index = RuleIndex()
    var rules: [[Matcher]] = []
    for _ in 0..<200 {
      let matchers: [Matcher] = [
        .key(try pattern()), .bucket(try pattern()), .accessKey(try pattern()), .notifyURL(try pattern()),
        .pipeline(try pattern()),
      ]
      let when = matchers.filter { _ in random.next() % 3 == 0 }
      // In file order or between others, as rules that come at run time may.
      let place = random.next() % 4 == 0 ? Int(random.next() % UInt64(rules.count + 1)) : rules.count
      if place < rules.count { index.shift(from: place, by: 1) }
      rules.insert(when, at: place)
      index.add(place, when)
      if random.next() % 10 == 0 {
        let gone = Int(random.next() % UInt64(rules.count))
        rules.remove(at: gone)
        index.remove(gone)
      }
    }
    for _ in 0..<200 {
      let texts = (0..<4).map { _ in (0..<3).map { _ in pick(["", "a", "b", "c"]) }.joined() + "a" }
      try withRequest(["bucket": texts[0], "key": texts[1], "pipeline": texts[2]], texts[3]) { request, subject in
        let found = Array(index.candidates(for: request, subject))
        #expect(found == found.sorted() && Set(found).count == found.count)
        let holding = rules.indices.filter { rules[$0].allSatisfy { $0.holds(for: subject) } }
        #expect(Set(holding).isSubset(of: found))
      }
    }
  }

  @Test func whatIsPassedOverIsToldByTheConditionThatPassedOverIt() throws {
    let when: [Matcher] = [.fops(try wildcard("*")), .bucket(try wildcard("m*")), .key(try wildcard("*.avi"))]
    #expect(RuleIndex.indexedCondition(of: when) == 2)
    #expect(RuleIndex.indexedCondition(of: [.fops(try wildcard("a")), .bucket(try wildcard("*"))]) == nil)
  }

  @Test func moreLengthsThanAreLookedUpAreTried() throws {
    let count = 2 * RuleIndex.partLimit
    let rules = try (1...count).map { [Matcher.key(try wildcard("*" + String(repeating: "x", count: $0)))] }
    let index = index(rules)
    #expect(try candidates(index, ["key": "y"]).count == count - RuleIndex.partLimit)
    #expect(try candidates(index, ["key": String(repeating: "x", count: count)]) == Array(0..<count))
  }

  @Test func ofThousandsOfPatternsOneIsTried() throws {
    let index = index(try (0..<10_000).map { [.key(try wildcard("*-\($0).avi"))] })
    #expect(try candidates(index, [:]) == [])
    #expect(try candidates(index, ["key": "film-7777.avi"]) == [7777])
  }
}

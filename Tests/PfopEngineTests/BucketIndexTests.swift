import ByteText
import Testing

@testable import PfopEngine

struct BucketIndexTests {
  /// Whatever comes and goes, names are found as in an index that is made anew.
  @Test(arguments: 0..<3)
  func bucketsComeAndGo(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var names: [String] = []
    var index = BucketIndex(Fixture())
    for _ in 0..<600 {
      if random.below(2) == 0, let name = names.randomElement(using: &random) {
        let place = try #require(names.firstIndex(of: name))
        index.remove(try #require(Wildcard(name)), place)
        names.remove(at: place)
      } else {
        let name = random.below(4) == 0 ? "\(random.below(9))*" : "\(random.below(200))"
        guard !names.contains(name) else { continue }
        index.append(try #require(Wildcard(name)), names.count)
        names.append(name)
      }
      guard random.below(20) == 0 else { continue }
      for number in 0..<200 {
        let name = "\(number)"
        let expected =
          names.firstIndex(of: name) ?? names.firstIndex { $0.hasSuffix("*") && name.hasPrefix($0.dropLast()) }
        #expect(name.withBytes { index[$0] } == expected)
      }
      #expect(Set(index.exactNames) == Set(names.filter { !$0.hasSuffix("*") }))
    }
  }
}

import ByteText
import Testing

struct ByteHashTests {
  private func hash(_ octets: [UInt8]) -> Int { octets.withUnsafeBytes { ByteHash.of($0) } }

  @Test func equalBytesHaveEqualHashesWhereverTheyLie() {
    for count in 0..<40 {
      let octets = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) }
      let shifted = [1] + octets
      #expect(hash(octets) == shifted.withUnsafeBytes { ByteHash.of($0.slice(1, $0.count)) })
    }
  }

  @Test func namesOfAFewSpreadOverATable() {
    var names = Set((0..<20_000).map { "key-\($0).mp4" })
    for count in 0..<200 { names.insert(String(repeating: "\0", count: count)) }
    for first in 0..<100 { for second in 0..<100 { names.insert("\(first)/\(second)") } }
    var taken = Array(repeating: 0, count: 4096)
    var hashes: Set<Int> = []
    for name in names {
      let hash = hash(Array(name.utf8))
      hashes.insert(hash)
      taken[hash & 4095] += 1
    }
    #expect(hashes.count == names.count)
    // Seven or so each; chance alone would let one in a million runs have four times as many somewhere.
    #expect(taken.max() ?? 0 < 32)
  }
}

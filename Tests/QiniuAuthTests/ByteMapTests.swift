import ByteText
import Testing

@testable import QiniuAuth

struct ByteMapTests {
  private func index(of key: String, in map: ByteMap<Int>) -> Int? {
    Array(key.utf8).withUnsafeBytes { map.index(of: $0) }
  }

  private func value(of key: String, in map: ByteMap<Int>) -> Int? { index(of: key, in: map).flatMap { map[$0] } }

  @Test func findsEachOfMany() {
    var map = ByteMap<Int>()
    let keys = (0..<3000).map { "ak\($0)" }
    for (position, key) in keys.enumerated() { map.append(Array(key.utf8), position) }
    for (position, key) in keys.enumerated() { #expect(index(of: key, in: map) == position) }
    for key in ["", "ak", "ak3000", "AK1", "ak1 "] { #expect(index(of: key, in: map) == nil) }
  }

  @Test func findsTheFirstOfEqualKeysAndNoEmptyOne() {
    var map = ByteMap<Int>()
    #expect(index(of: "a", in: map) == nil)
    for (number, key) in ["", "b", "a", "a"].enumerated() { map.append(Array(key.utf8), number) }
    #expect(index(of: "a", in: map) == 2 && index(of: "", in: map) == nil && map.count == 4)
  }

  /// What comes and goes in one copy concerns no other.
  @Test(arguments: 1...3 as ClosedRange<UInt64>)
  func everyCopyIsItsOwn(_ seed: UInt64) {
    var state = seed
    func below(_ limit: UInt64) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % limit)
    }
    var map = ByteMap<Int>()
    var model: [String: Int] = [:]
    var copies: [(ByteMap<Int>, [String: Int])] = []
    for number in 0..<6000 {
      let key = "key \(below(300))"
      switch below(5) {
      case 0, 1:
        let isRemoved = Array(key.utf8).withUnsafeBytes { map.remove($0) }
        #expect(isRemoved == (model.removeValue(forKey: key) != nil))
      default:
        if let index = index(of: key, in: map) {
          map.replace(index, with: number)
        } else {
          map.append(Array(key.utf8), number)
        }
        model[key] = number
      }
      if number % 500 == 0 { copies.append((map, model)) }
    }
    for (map, model) in copies + [(map, model)] {
      #expect(map.count == model.count)
      #expect(map.indices.count <= 2 * map.count + 65)
      for number in 0..<300 { #expect(value(of: "key \(number)", in: map) == model["key \(number)"]) }
    }
  }
}

import Testing

@testable import PfopEngine

struct NameIndexTests {
  @Test func findsWhereNamesStandWhateverComesAndGoes() throws {
    var random = SeededRandom(seed: 1)
    var list = (0..<100).map { "\($0)" }
    var index = NameIndex(list)
    for number in 100..<2000 {
      if random.below(2) == 0, let name = list.randomElement(using: &random) {
        let place = try #require(list.firstIndex(of: name))
        #expect(index.place(of: name) == place)
        let removed = index.remove(name)
        #expect(removed == place && index.place(of: name) == nil)
        list.remove(at: place)
      } else {
        index.append("\(number)")
        list.append("\(number)")
      }
    }
    for (place, name) in list.enumerated() { #expect(index.place(of: name) == place) }
    let missing = index.remove("x")
    #expect(missing == nil && index.place(of: "0") == list.firstIndex(of: "0"))
  }

  @Test func ofEqualNamesTheFirstIsFound() {
    #expect(NameIndex(["a", "b", "b", "c"]).place(of: "b") == 1)
    #expect(NameIndex(["a", "b", "b", "c"]).place(of: "c") == 3)
  }
}

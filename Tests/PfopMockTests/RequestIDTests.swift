import Testing

@testable import PfopMock

struct RequestIDTests {
  @Test func idsOfAllLoopsDiffer() {
    var seen: Set<String> = []
    for loop in 0..<8 {
      var ids = RequestID(loop: loop)
      for _ in 0..<10_000 { seen.insert(ids.withNext { String(decoding: $0, as: UTF8.self) }) }
    }
    #expect(seen.count == 80_000)
    #expect(seen.allSatisfy { $0.utf8.count == RequestID.length })
    #expect(seen.allSatisfy { $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") } })
  }
}

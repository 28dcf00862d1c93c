import PfopEngine
import Testing

@testable import PfopMock

struct ResponseContentTests {
  private struct Numbers: ListItems {
    /// What each batch has.
    var batches: [[Int]]
    /// Octets of each item, its digits included.
    var size = 0
    var end: Int?

    mutating func next() -> [Int]? { batches.isEmpty ? nil : batches.removeFirst() }

    func parts(of number: Int) -> [JSONPart] {
      let text = "\(number)"
      return [.text(Array((text + String(repeating: " ", count: max(size - text.count, 0))).utf8))]
    }

    func writeEnd(to writer: inout JSONWriter) {
      if let end { writer.member("end", end) }
    }
  }

  private func pieces(_ content: some ResponseContent) -> [[UInt8]] {
    var content = content
    var pieces: [[UInt8]] = []
    while let piece = content.next() { pieces.append(piece) }
    #expect(content.isAtEnd)
    return pieces
  }

  private func text(_ pieces: [[UInt8]]) -> String { String(decoding: pieces.joined(), as: UTF8.self) }

  @Test(arguments: [
    ([], nil, #"{"list": []}"#), ([[], [1], [], [2, 3], []], nil, #"{"list": [1, 2, 3]}"#),
    ([[1]], 7, #"{"list": [1], "end": 7}"#), ([], 7, #"{"list": [], "end": 7}"#),
  ])
  func aListThatFitsIsOnePiece(batches: [[Int]], end: Int?, expected: String) {
    let pieces = pieces(ListContent(Numbers(batches: batches, end: end), named: "list"))
    #expect(pieces.count == 1)
    #expect(text(pieces) == expected)
  }

  @Test func aPieceEndsWithTheItemThatFillsIt() {
    let size = 10_000
    let batches = (0..<4).map { batch in (0..<25).map { 25 * batch + $0 } }
    let content = ListContent(Numbers(batches: batches, size: size), named: "list")
    let pieces = pieces(content)
    #expect(pieces.count > 5)
    #expect(pieces.allSatisfy { $0.count < PieceLimit.octets + size })
    let expected = (0..<100).map { "\($0)" + String(repeating: " ", count: size - "\($0)".count) }.joined(
      separator: ", ")
    #expect(text(pieces) == "{\"list\": [\(expected)]}")
  }

  @Test func whereNothingIsFoundAPieceEndsAllTheSame() {
    var content = ListContent(Numbers(batches: Array(repeating: [], count: 100) + [[1]]), named: "list")
    #expect(content.next() == Array("{\"list\": [".utf8))
    #expect(content.next() == [] && !content.isAtEnd)
    #expect(text(pieces(content)) == "1]}")
  }

  private static let value = JSONValue.object([
    "b": .array([.integer(1), .array([]), .object([:]), .null, .string("\"x\""), .number(0.5)]),
    "a": .object(["c": .boolean(true), "d": .array([.array([.string("é")])])]),
  ])

  @Test(arguments: [value, .null, .string("x"), .array([]), .object([:])], [1, 7, 1000])
  func slicesMakeUpTheValue(value: JSONValue, octets: Int) {
    var slices = JSONSlices(value)
    var all: [UInt8] = []
    while !slices.isAtEnd {
      let slice = slices.next(octets)
      #expect(!slice.isEmpty && slice.count < octets + 8)
      all += slice
    }
    #expect(all == JSONWriter.json { $0.value(value) })
    #expect(slices.next(1) == [])
  }

  @Test func partsAreToldOneBehindTheOther() {
    let long = JSONValue.array((0..<100_000).map { .integer($0) })
    let parts = JSONParts([.text(Array("[1, ".utf8)), .value(long), .text(Array(", 2]".utf8))])
    let pieces = pieces(parts)
    #expect(pieces.count > 4 && pieces.allSatisfy { $0.count < PieceLimit.octets + 16 })
    #expect(text(pieces) == "[1, \(text([JSONWriter.json { $0.value(long) }])), 2]")
  }
}

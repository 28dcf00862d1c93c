import PfopEngine

/// The content of a response of any length, as JSON, made piece by piece while the client takes it.
protocol ResponseContent: Sendable {
  /// All of it has been made.
  var isAtEnd: Bool { get }

  /// The next piece, made in a bounded time; it may be empty if looking for what belongs into it takes longer. Nil at the end.
  mutating func next() -> [UInt8]?
}

/// A part of a document in JSON.
enum JSONPart: Sendable {
  case text([UInt8])
  /// A value that may be long.
  case value(JSONValue)
}

/// The text of parts, slice by slice.
struct JSONParts: ResponseContent {
  /// The next one last.
  private var parts: [JSONPart]
  /// What is left of the part under way.
  private var slices: JSONSlices?

  init(_ parts: [JSONPart]) { self.parts = parts.reversed() }

  var isAtEnd: Bool { parts.isEmpty && slices == nil }

  mutating func next() -> [UInt8]? { isAtEnd ? nil : next(PieceLimit.octets) }

  /// At least so many octets unless there are no more.
  mutating func next(_ octets: Int) -> [UInt8] {
    var text: [UInt8] = []
    while text.count < octets {
      if let slice = slices?.next(octets - text.count) {
        text += slice
        if slices?.isAtEnd == true { slices = nil }
      } else if let part = parts.popLast() {
        switch part {
        case .text(let octets): text += octets
        case .value(let value): slices = JSONSlices(value)
        }
      } else {
        break
      }
    }
    return text
  }
}

/// The items of a list, some at a time.
protocol ListItems: Sendable {
  associatedtype Item: Sendable

  /// The next items; none if there was none among those that were looked at, nil behind the last. Bounded by how many are
  /// looked at, and by their size as far as one item is.
  mutating func next() -> [Item]?

  /// The parts that make up an item.
  func parts(of item: Item) -> [JSONPart]

  /// Members of the object that has the list, behind it.
  func writeEnd(to writer: inout JSONWriter)
}

extension ListItems {
  func writeEnd(to writer: inout JSONWriter) {}
}

/// An object with a list of any length.
struct ListContent<Items: ListItems>: ResponseContent {
  private var items: Items
  /// The object's beginning, up to the list's first item; empty once it has been told.
  private var opening: [UInt8]
  /// Those that have been taken and not been told, the next one last.
  private var taken: [Items.Item] = []
  /// What is left of the item under way.
  private var parts = JSONParts([])
  private var needsComma = false
  private(set) var isAtEnd = false

  /// How often items are looked for in one piece, which ends before once it has `PieceLimit.octets`.
  private static var batchesPerPiece: Int { 16 }

  /// - Parameter opening: the object's beginning, up to the list's first item.
  init(_ items: Items, opening: String) {
    self.items = items
    self.opening = Array(opening.utf8)
  }

  /// - Parameter name: of the list, which is the object's first member.
  init(_ items: Items, named name: StaticString) { self.init(items, opening: "{\"\(name)\": [") }

  mutating func next() -> [UInt8]? {
    guard !isAtEnd else { return nil }
    var piece = opening
    opening = []
    var batchCount = 0
    while piece.count < PieceLimit.octets {
      if !parts.isAtEnd {
        piece += parts.next(PieceLimit.octets - piece.count)
      } else if let item = taken.popLast() {
        if needsComma { piece += ", ".utf8 }
        needsComma = true
        parts = JSONParts(items.parts(of: item))
      } else if batchCount == Self.batchesPerPiece {
        break
      } else if let batch = items.next() {
        batchCount += 1
        taken = batch.reversed()
      } else {
        isAtEnd = true
        return piece + end
      }
    }
    return piece
  }

  private var end: [UInt8] {
    let members = JSONWriter.object { items.writeEnd(to: &$0) }.dropFirst()
    return Array((members.count == 1 ? "]" : "], ").utf8) + members
  }
}

enum PieceLimit {
  /// What a piece of a response is about to have: a piece ends with the item that reaches it. A list of 100 jobs, as many as
  /// are told by default, is one piece.
  static let octets = 128 << 10
}

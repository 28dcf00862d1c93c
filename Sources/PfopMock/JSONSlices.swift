import PfopEngine

/// The text of a JSON value slice by slice, as `JSONWriter` writes it: members in the order of their names.
struct JSONSlices: Sendable {
  private enum Level {
    case array([JSONValue], next: Int)
    case object([(key: String, value: JSONValue)], next: Int)
  }

  /// What has been begun, the innermost last.
  private var levels: [Level] = []
  /// What is written next.
  private var value: JSONValue?

  init(_ value: JSONValue) { self.value = value }

  var isAtEnd: Bool { value == nil && levels.isEmpty }

  /// The next slice: at least so many octets unless there are no more, and at most one text more.
  mutating func next(_ octets: Int) -> [UInt8] {
    var slice: [UInt8] = []
    while slice.count < octets, !isAtEnd {
      if let value {
        self.value = nil
        begin(value, &slice)
      } else {
        advance(&slice)
      }
    }
    return slice
  }

  private mutating func begin(_ value: JSONValue, _ slice: inout [UInt8]) {
    switch value {
    case .null, .boolean, .integer, .number, .string: slice += JSONWriter.json { $0.value(value) }
    case .array(let items):
      slice.append(0x5B)
      levels.append(.array(items, next: 0))
    case .object(let members):
      slice.append(0x7B)
      levels.append(.object(members.sorted { $0.key < $1.key }, next: 0))
    }
  }

  /// Goes on with what was begun last.
  private mutating func advance(_ slice: inout [UInt8]) {
    switch levels.removeLast() {
    case .array(let items, let index):
      guard index < items.count else { return slice.append(0x5D) }
      if index > 0 { slice += ", ".utf8 }
      value = items[index]
      levels.append(.array(items, next: index + 1))
    case .object(let members, let index):
      guard index < members.count else { return slice.append(0x7D) }
      if index > 0 { slice += ", ".utf8 }
      slice += JSONWriter.json { $0.value(members[index].key) }
      slice += ": ".utf8
      value = members[index].value
      levels.append(.object(members, next: index + 1))
    }
  }
}

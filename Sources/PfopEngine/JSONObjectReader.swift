import ByteText

/// Reads one JSON object (RFC 8259) for the plain values in it, without Foundation, which stays off the path of requests.
///
/// It owns the decoded texts and keeps its storage from one object to the next.
package struct JSONObjectReader: ~Copyable {
  /// Deeper nesting is refused.
  package static let maximumDepth = 32
  /// More members of the outermost object are refused.
  package static let maximumMemberCount = 256

  /// A member's value; the view is valid until the next call of `read`.
  package enum Value {
    case null
    case boolean(Bool)
    case integer(Int64)
    /// One with a fraction or an exponent, or beyond 64 bits.
    case otherNumber
    case string(ByteView)
    /// An array or an object: it is skipped.
    case composite
  }

  private enum Kind {
    case null, otherNumber, composite
    case boolean(Bool)
    case integer(Int64)
    case string(Range<Int>)
  }

  private var text = ByteBuffer(capacity: 1024)
  private var members: [(name: Range<Int>, kind: Kind)] = []

  package init() {}

  /// - Throws: `JSONFault`; the reader is then empty.
  package mutating func read(_ json: ByteView) throws(JSONFault) {
    members.removeAll(keepingCapacity: true)
    text.removeAll(keepingUpTo: 64 << 10)
    guard json.isUTF8 else { throw .notUTF8 }
    // As the real service reads put policies: see RFC 8259, section 8.2, on what others do.
    var scanner = JSONScanner(json, takesLoneSurrogates: true)
    do throws(JSONFault) {
      guard scanner.skipSpace() == 0x7B else { throw .noObject }
      try scanner.readItems(until: 0x7D) { scanner throws(JSONFault) in
        guard members.count < Self.maximumMemberCount else { throw .tooManyMembers(limit: Self.maximumMemberCount) }
        let name = try string(&scanner)
        try scanner.expect(0x3A)
        members.append((name, try value(&scanner)))
      }
      guard scanner.skipSpace() == nil else { throw .syntax(offset: scanner.position) }
    } catch {
      members.removeAll(keepingCapacity: true)
      throw error
    }
  }

  /// The value of the member of that name, of several the last; nil if there is none.
  package subscript(name: StaticString) -> Value? {
    let bytes = text.view
    guard let member = members.last(where: { bytes.slice($0.name.lowerBound, $0.name.upperBound).equals(name) }) else {
      return nil
    }
    return switch member.kind {
    case .null: .null
    case .otherNumber: .otherNumber
    case .composite: .composite
    case .boolean(let value): .boolean(value)
    case .integer(let value): .integer(value)
    case .string(let range): .string(bytes.slice(range.lowerBound, range.upperBound))
    }
  }

  /// The names in their order, escaped for messages.
  package var names: [String] {
    let bytes = text.view
    return members.map { bytes.slice($0.name.lowerBound, $0.name.upperBound).visibleText(limit: 64) }
  }

  private mutating func string(_ scanner: inout JSONScanner) throws(JSONFault) -> Range<Int> {
    let start = text.count
    try scanner.readString(into: &text)
    return start..<text.count
  }

  private mutating func value(_ scanner: inout JSONScanner) throws(JSONFault) -> Kind {
    switch scanner.skipSpace() {
    case 0x22: return .string(try string(&scanner))
    case 0x7B, 0x5B:
      let end = text.count
      try scanner.skipValue(depth: 2, scratch: &text)
      text.remove(end, text.count)
      return .composite
    case 0x74:
      try scanner.readWord("true")
      return .boolean(true)
    case 0x66:
      try scanner.readWord("false")
      return .boolean(false)
    case 0x6E:
      try scanner.readWord("null")
      return .null
    default:
      return try scanner.readNumber().map(Kind.integer) ?? .otherNumber
    }
  }
}

/// Why a text is not read as a JSON object.
package enum JSONFault: Error, Equatable, Sendable {
  case notUTF8
  case noObject
  /// Counted in bytes.
  case syntax(offset: Int)
  /// The beginning of one that is written in another way than JSON has. Counted in bytes.
  case number(offset: Int)
  /// The beginning of an escape that is half of a pair. Counted in bytes.
  case loneSurrogate(offset: Int)
  case tooDeep(limit: Int)
  case tooManyMembers(limit: Int)

  /// One sentence for people.
  package var explanation: String {
    switch self {
    case .notUTF8: "it is not UTF-8"
    case .noObject: "it is no JSON object"
    case .syntax(let offset): "it is no JSON from byte \(offset) on"
    case .number(let offset): "the number at byte \(offset) is none of JSON's; allowed: such as 0, -12, 0.5 or 1e3"
    case .loneSurrogate(let offset):
      "the escape at byte \(offset) is half of a surrogate pair; allowed: both halves, such as \\ud83c\\udfac"
    case .tooDeep(let limit): "it is nested deeper than \(limit) levels"
    case .tooManyMembers(let limit): "it has more than \(limit) members"
    }
  }
}

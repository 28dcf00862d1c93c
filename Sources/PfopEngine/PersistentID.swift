import ByteText

/// Gives out the ids of jobs: positive, ascending, each once.
package struct PersistentID: Sendable {
  /// The next one; nil when all up to `Int64.max` are given out.
  package private(set) var next: Int64?

  /// - Parameter start: the first id, at least 1.
  package init(start: Int64) {
    precondition(start >= 1)
    next = start
  }

  /// The next id; nil when there is none left.
  package mutating func take() -> Int64? {
    defer { next = next.flatMap { $0 == .max ? nil : $0 + 1 } }
    return next
  }

  /// The id that a client spelled: decimal digits, or the zoned form `z<digits>.<hexadecimal digits>`. Nil for
  /// anything that is no positive int64.
  package static func parse(_ text: ByteView) -> Int64? {
    let value: UInt64?
    if text.starts(with: "z") {
      guard let dot = text.firstOffset(of: 0x2E), DecimalText.parse(text.slice(1, dot)) != nil else { return nil }
      value = HexadecimalText.parse(text.slice(dot + 1, text.count))
    } else {
      value = DecimalText.parse(text)
    }
    guard let value, value > 0 else { return nil }
    return Int64(exactly: value)
  }
}

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

  /// - Parameter next: at least 1; nil if all are given out.
  init(next: Int64?) {
    precondition(next ?? 1 >= 1)
    self.next = next
  }

  /// The next id; nil when there is none left.
  package mutating func take() -> Int64? {
    defer { next = next.flatMap { $0 == .max ? nil : $0 + 1 } }
    return next
  }

  /// What `parse` takes, for messages.
  package static let allowed = "decimal digits from 1 to 2^63 - 1, or z0.<hexadecimal digits>"

  /// The id that a client spelled: decimal digits, or the zoned form `z<digits>.<hexadecimal digits>`. Nil for anything
  /// else. A number that is no positive int64 is an id of somebody else's: 0, which is never given out.
  package static func parse(_ text: ByteView) -> Int64? {
    if text.starts(with: "z") {
      guard let dot = text.firstOffset(of: 0x2E) else { return nil }
      let digits = text.slice(dot + 1, text.count)
      guard text.slice(1, dot).isAll(ASCII.isDigit), digits.isAll({ ASCII.hexValue($0) != nil }) else { return nil }
      return HexadecimalText.parse(digits).flatMap(Int64.init(exactly:)) ?? 0
    }
    guard text.isAll(ASCII.isDigit) else { return nil }
    return DecimalText.parse(text).flatMap(Int64.init(exactly:)) ?? 0
  }
}

extension ByteView {
  fileprivate func isAll(_ isMember: (UInt8) -> Bool) -> Bool { !isEmpty && allSatisfy(isMember) }
}

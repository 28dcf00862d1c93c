import ByteText

/// Spans of time as people write them: a number and its unit, `250ms`, `1.5s`, `10m`, `2h`. Zero needs no unit.
package enum DurationText {
  /// What may be written, for messages.
  /// - Parameter most: nanoseconds.
  package static func allowed(upTo most: Int64 = maximum) -> String {
    "a number and ms, s, m or h, such as 250ms or 1.5s; at most \(text(most))"
  }

  /// A year, in nanoseconds.
  package static let maximum: Int64 = 8760 * 3_600_000_000_000

  static let units: [(name: String, nanoseconds: Int64)] = [
    ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
  ]

  /// Nanoseconds, from 0 to `maximum`; nil for anything else. What is smaller than a nanosecond is cut off.
  package static func parse(_ text: some StringProtocol) -> Int64? {
    if text == "0" { return 0 }
    guard let (number, unit) = parts(of: text), let whole = Int64(number[0]), whole <= maximum / unit else {
      return nil
    }
    var nanoseconds = whole * unit
    var place = unit
    for digit in number.dropFirst().joined().utf8 {
      // Decimal places of minutes and hours: a tenth of what is a multiple of 10 or already 0.
      place /= 10
      nanoseconds += Int64(digit - 0x30) * place
    }
    return nanoseconds <= maximum ? nanoseconds : nil
  }

  /// True for a number and its unit, however long the span is.
  static func isSpan(_ text: some StringProtocol) -> Bool { text == "0" || parts(of: text) != nil }

  /// The number in front of its point and behind it, if there is one, and the unit in nanoseconds; nil if they are none.
  private static func parts<Text: StringProtocol>(of text: Text) -> (number: [Text.SubSequence], unit: Int64)? {
    let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let parts = number.split(separator: ".", omittingEmptySubsequences: false)
    guard let unit = units.first(where: { $0.name == text[number.endIndex...] }), parts.count <= 2,
      parts.allSatisfy({ !$0.isEmpty })
    else { return nil }
    return (parts, unit.nanoseconds)
  }

  /// The shortest text that `parse` reads as so many nanoseconds, down to a millisecond.
  package static func text(_ nanoseconds: Int64) -> String {
    for unit in units.dropFirst().reversed() where nanoseconds > 0 && nanoseconds % unit.nanoseconds == 0 {
      return "\(nanoseconds / unit.nanoseconds)\(unit.name)"
    }
    let milliseconds = nanoseconds / 1_000_000
    guard milliseconds >= 1000 else { return "\(milliseconds)ms" }
    var fraction = String(String(milliseconds % 1000 + 1000).dropFirst())
    while fraction.hasSuffix("0") { fraction.removeLast() }
    return "\(milliseconds / 1000)" + (fraction.isEmpty ? "" : ".\(fraction)") + "s"
  }
}

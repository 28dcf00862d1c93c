import ByteText

/// Values that only scripts have.
extension FixtureReader {
  func wildcard(_ pattern: String, at value: FixtureValue) -> Wildcard? {
    if let wildcard = Wildcard(pattern) { return wildcard }
    report(
      value, "\(quoted(pattern)) has a backslash before something else than * or \\",
      allowed: #"\* for a star and \\ for a backslash"#)
    return nil
  }

  /// A decimal number, with an exponent or without: JSON's small ones have one.
  func decimal(_ value: FixtureValue, in range: ClosedRange<Double>, _ noun: String) -> Double? {
    if let text = value.plainText, text.utf8.allSatisfy({ ASCII.isDigit($0) || ".eE+-".utf8.contains($0) }),
      let number = Double(text), range.contains(number)
    {
      return number
    }
    let quotes = value.node.scalar != nil && value.plainText == nil ? " in quotes" : ""
    let numbers = "a number from \(Self.text(range.lowerBound)) to \(Self.text(range.upperBound))"
    report(value, "\(shown(value))\(quotes) is not \(noun)", allowed: numbers)
    return nil
  }

  private static func text(_ number: Double) -> String { Int(exactly: number).map { "\($0)" } ?? "\(number)" }

  /// `3`, `2..5`, `2..` or `..5`.
  func range<Bound: Comparable>(
    _ value: FixtureValue, in limits: ClosedRange<Bound>, _ noun: String, allowed: String, parse: (String) -> Bound?
  ) -> ClosedRange<Bound>? {
    let text = value.node.scalar?.string ?? ""
    let parts =
      text.firstRange(of: "..").map { [text[..<$0.lowerBound], text[$0.upperBound...]] } ?? [text[...], text[...]]
    let least = parts[0].isEmpty ? limits.lowerBound : parse(String(parts[0]))
    let most = parts[1].isEmpty ? limits.upperBound : parse(String(parts[1]))
    if let least, let most, least <= most, limits.contains(least), limits.contains(most), text != "..", !text.isEmpty {
      return least...most
    }
    let isReversed = if let least, let most { least > most } else { false }
    report(value, "\(shown(value)) \(isReversed ? "ends before it begins" : "is not \(noun)")", allowed: allowed)
    return nil
  }

  /// The units of a bandwidth, and how many octets each is.
  static let bandwidthUnits = [("B", 1), ("KB", 1000), ("MB", 1_000_000), ("KiB", 1024), ("MiB", 1_048_576)]

  /// Octets a second: a whole number, or one with its unit.
  func bandwidth(_ value: FixtureValue) -> Int? {
    var text = Substring(value.node.scalar?.string ?? "")
    if text.hasSuffix("/s") { text.removeLast(2) }
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let unit = text[digits.endIndex...]
    let factor = unit.isEmpty ? 1 : Self.bandwidthUnits.first { $0.0 == unit }?.1
    if let factor, let number = Int(digits), Pace.bandwidths.contains(number),
      Pace.bandwidths.contains(number * factor)
    {
      return number * factor
    }
    let range = "\(Pace.bandwidths.lowerBound) to \(Pace.bandwidths.upperBound)"
    let units = Self.bandwidthUnits.map(\.0).joined(separator: ", ")
    report(
      value, "\(shown(value)) is not a bandwidth",
      allowed: "octets a second, \(range), such as 500 or 64KB/s; the units are \(units)")
    return nil
  }

  /// What the name of a field holds besides letters and digits.
  static let fieldNameSigns = "!#$%&'*+-.^_`|~"

  /// The name of a field (RFC 9110, section 5.1), as it is written.
  func fieldName(_ value: FixtureValue) -> String? {
    let allowed = "letters, digits and any of \(Self.fieldNameSigns)"
    guard let text = text(value, allowed: allowed) else { return nil }
    let isToken = text.utf8.allSatisfy { octet in
      switch octet {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
      default: Self.fieldNameSigns.utf8.contains(octet)
      }
    }
    if isToken { return text }
    report(value, "\(quoted(text)) is no name of a field", allowed: allowed)
    return nil
  }

  /// The value of a field (RFC 9110, section 5.5); it may be empty.
  func fieldValue(_ value: FixtureValue) -> String? {
    let allowed = "one line of visible ASCII, without spaces at its ends"
    guard let text = value.node.scalar?.string else {
      report(value, "\(value.kind) where a text belongs", allowed: allowed)
      return nil
    }
    if text.utf8.allSatisfy({ 0x20...0x7E ~= $0 }), !text.hasPrefix(" "), !text.hasSuffix(" ") { return text }
    report(value, "\(quoted(text)) is no value of a field", allowed: allowed)
    return nil
  }

  /// The content of an answer; it may be empty.
  package func content(_ value: FixtureValue) -> String? {
    if let text = value.node.scalar?.string { return text }
    report(value, "\(value.kind) where a text belongs", allowed: "a text, as it is to be sent; JSON in quotes")
    return nil
  }
}

/// What two patterns have to do with each other.
extension Wildcard {
  /// Longer patterns, in bytes, are only looked at for being the same: nobody waits for a comparison of megabytes.
  private static let comparableLength = 4096

  var matchesEverything: Bool { segments == [[], []] }

  /// True if every text that `other` matches is matched by this one, too.
  ///
  /// A star of `other` stands for any text, also for one that no segment of this pattern holds: so a star has to take it
  /// in, and then it takes in any other as well. No text in UTF-8 holds 0xFF.
  func covers(_ other: Wildcard) -> Bool {
    guard pattern.utf8.count <= Self.comparableLength, other.pattern.utf8.count <= Self.comparableLength else {
      return self == other
    }
    return Array(other.segments.joined(separator: [0xFF])).withUnsafeBytes { matches($0) }
  }

  /// True if there is a text that both match.
  func overlaps(_ other: Wildcard) -> Bool {
    if let name = other.exactName { return name.withUnsafeBytes { matches($0) } }
    if let name = exactName { return name.withUnsafeBytes { other.matches($0) } }
    // Both have stars: the ends have to agree as far as both say something of them, and the stars take in the rest.
    return zip(segments[0], other.segments[0]).allSatisfy(==)
      && zip(segments[segments.count - 1].reversed(), other.segments[other.segments.count - 1].reversed())
        .allSatisfy(==)
  }

  /// True if one of the octets stands in it as itself.
  func holds(anyOf octets: [UInt8]) -> Bool { segments.contains { $0.contains(where: octets.contains) } }
}

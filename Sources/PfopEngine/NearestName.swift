/// Finds the name that somebody probably meant.
package enum NearestName {
  /// Only so many candidates are looked at, and only short ones: a hint may not cost more than the request.
  private static let maximumCandidates = 1000
  private static let maximumLength = 64

  /// The candidate nearest to `name`, if it is near: at most half of its bytes, and three, differ, or only letters' case.
  package static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
    let wanted = Array(name.utf8)
    guard wanted.count <= maximumLength else { return nil }
    var nearest: String?
    var least = min(max(wanted.count / 2, 1), 3) + 1
    for candidate in candidates.prefix(maximumCandidates) {
      let bytes = Array(candidate.utf8.prefix(maximumLength + 1))
      guard abs(bytes.count - wanted.count) < least, bytes.count <= maximumLength else { continue }
      let distance = candidate.lowercased() == name.lowercased() ? 0 : distance(wanted, bytes)
      if distance < least {
        least = distance
        nearest = candidate
      }
    }
    return nearest
  }

  /// How many bytes must be put in, taken out, or replaced (Levenshtein).
  private static func distance(_ first: [UInt8], _ second: [UInt8]) -> Int {
    var row = Array(0...second.count)
    for (index, byte) in first.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in second.indices {
        let replaced = diagonal + (byte == second[column] ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
      }
    }
    return row[second.count]
  }
}

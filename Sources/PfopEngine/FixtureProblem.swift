/// One thing wrong with a fixture file, as it is shown to its writer. Values of accounts never get in here.
package struct FixtureProblem: Sendable, Equatable, CustomStringConvertible {
  /// As it was given.
  package var file: String
  /// Both count from 1; nil if the problem has no place in the file.
  package var place: FixturePlace?
  /// As in `buckets.media.then[1].status`; empty for the file as a whole.
  package var path: String
  package var what: String
  /// What would have been right.
  package var allowed: String?

  package var description: String {
    let start = place.map { "\(file):\($0.line):\($0.column): " } ?? "\(file): "
    return start + (path.isEmpty ? "" : path + ": ") + what + (allowed.map { "; allowed: \($0)" } ?? "")
  }
}

/// Where in a file; both count from 1.
package struct FixturePlace: Sendable, Equatable {
  package var line: Int
  package var column: Int
}

/// A name that a fixture takes, and that no other of its kind may take.
struct FixtureName: Hashable {
  enum Kind { case account, bucket, rule }

  var kind: Kind
  var text: String
}

/// What became of reading fixtures.
package enum FixtureReading: Sendable, Equatable {
  case loaded(Fixture)
  /// All problems, in the order of the files and of the lines in them; never empty.
  case refused([FixtureProblem])
}

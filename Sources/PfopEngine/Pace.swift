/// How fast the octets of an answer leave.
package enum Pace: Sendable, Equatable {
  /// In so many pieces of about the same size, at least 1, spread evenly over a span of nanoseconds: the first leaves at
  /// once, the last at the end of it.
  case dribble(chunks: Int, over: Int64)
  /// Octets a second, at least 1.
  case bandwidth(Int)

  package static let chunkCounts = 1...10_000
  package static let bandwidths = 1...1_000_000_000
}

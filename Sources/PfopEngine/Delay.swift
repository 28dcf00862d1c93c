import Glibc

/// How long something takes: a fixed span, or one drawn from a distribution. Nanoseconds.
package enum Delay: Sendable, Equatable {
  case fixed(Int64)
  /// Evenly from the first to the second, which is not less.
  case uniform(Int64, Int64)
  /// `median · e^(sigma · n)`, with n of the normal distribution: half are shorter than the median, few are much longer.
  case lognormal(median: Int64, sigma: Double)

  /// What is drawn is never longer: an hour.
  package static let maximum: Int64 = 3_600_000_000_000

  /// Larger ones spread over more than there are numbers.
  package static let sigmas = 0.0...10.0

  package func draw(_ random: inout SeededRandom) -> Int64 {
    switch self {
    case .fixed(let span): return span
    case .uniform(let least, let most): return least + Int64((Double(most - least) * random.unit()).rounded())
    case .lognormal(let median, let sigma):
      let span = Double(median) * exp(sigma * random.normal())
      return span < Double(Delay.maximum) ? Int64(span) : Delay.maximum
    }
  }
}

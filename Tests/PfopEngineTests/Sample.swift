import Foundation

@testable import PfopEngine

/// What was drawn, held against the distribution it should be of.
struct Sample {
  private let sorted: [Double]

  init(_ values: [Double]) { sorted = values.sorted() }

  var median: Double { sorted[sorted.count / 2] }

  /// The largest difference between the sample's distribution and `function` (Kolmogorov and Smirnov).
  func distance(from function: (Double) -> Double) -> Double {
    sorted.enumerated().map { index, value in
      let expected = function(value)
      return max(
        abs(expected - Double(index) / Double(sorted.count)), abs(Double(index + 1) / Double(sorted.count) - expected))
    }.max() ?? 0
  }

  /// True if the samples of 20 seeds, of 10,000 values each, are of the distribution that `function` says: what one in a
  /// thousand exceeds by chance, no more than one may.
  static func isOf(_ function: (Double) -> Double, _ draw: (inout SeededRandom) -> Double) -> Bool {
    let bound = 1.95 / 10_000.0.squareRoot()
    let outside = (UInt64(0)..<20).count { seed in
      var random = SeededRandom(seed: seed)
      return Sample((0..<10_000).map { _ in draw(&random) }).distance(from: function) > bound
    }
    return outside <= 1
  }

  /// The distribution function of the normal distribution.
  static func normal(_ value: Double) -> Double { erfc(-value / 2.0.squareRoot()) / 2 }
}

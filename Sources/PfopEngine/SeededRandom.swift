import Glibc

/// Numbers that look random and are the same for the same seed: a tester's run can be had again.
///
/// SplitMix64: one addition and a few shifts a number, and every stream that is split off is as good as the first.
package struct SeededRandom: Sendable, Equatable {
  /// Where the stream stands; `init(seed:)` with it goes on from there.
  private(set) var state: UInt64

  package init(seed: UInt64) { state = seed }

  /// The stream of the same seed for something of its own, so that what others draw does not move it.
  package init(seed: UInt64, stream: some Sequence<UInt8>) {
    // FNV-1a, then mixed: near names give streams that are not.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for octet in stream { hash = (hash ^ UInt64(octet)) &* 0x100_0000_01B3 }
    state = seed
    state = next() ^ hash
    state = next()
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// From 0 to below 1, evenly.
  package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Of the normal distribution with mean 0 and deviation 1 (Box and Muller).
  package mutating func normal() -> Double {
    // 1 − u is never 0, whose logarithm there is not.
    let radius = sqrt(-2 * log(1 - unit()))
    return radius * cos(2 * .pi * unit())
  }
}

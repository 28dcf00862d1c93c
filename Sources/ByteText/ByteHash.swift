/// A hash of bytes for look-up tables: a multiplication for every eight of them, several times as fast as `Hasher` for the
/// short names that are looked up with every request.
///
/// Seeded by the process, so that no client can make up names that collide. It says something else in each run.
package enum ByteHash {
  private static let seed = UInt64.random(in: 0...UInt64.max) | 1

  package static func of(_ bytes: ByteView) -> Int {
    var hash = seed ^ UInt64(truncatingIfNeeded: bytes.count)
    var position = 0
    while position + 8 <= bytes.count {
      hash = mix(hash ^ bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
      position += 8
    }
    var rest: UInt64 = 0
    while position < bytes.count {
      rest = rest << 8 | UInt64(bytes[position])
      position += 1
    }
    return Int(truncatingIfNeeded: mix(mix(hash ^ rest)))
  }

  /// Folds all 128 bits of a product, so that every bit of the input has to do with every bit that comes out.
  private static func mix(_ value: UInt64) -> UInt64 {
    let product = (value ^ seed).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return product.high ^ product.low
  }
}

import ByteText

/// A secret key, ready to sign with HMAC-SHA1 (RFC 2104).
///
/// Each pad is absorbed once; a signature then copies the two states, which was measured five times as fast as `HMAC()`.
final class HMACKey {
  private let inner: DigestContext
  private let outer: DigestContext

  /// SHA-1's block, in octets; a longer key is replaced by its digest.
  private static let blockSize = 64

  /// - Throws: `digestUnavailable`.
  convenience init(secret: String) throws(AuthorizationFault) { try self.init(secret: Array(secret.utf8)) }

  /// - Throws: `digestUnavailable`.
  init(secret: [UInt8]) throws(AuthorizationFault) {
    let inner = try DigestContext()
    let outer = try DigestContext()
    var block = secret
    if block.count > Self.blockSize {
      try inner.begin()
      try Self.absorb(block, into: inner)
      block = try inner.finish().withBytes { Array($0) }
    }
    block += Array(repeating: 0, count: Self.blockSize - block.count)
    try inner.begin()
    try Self.absorb(block.map { $0 ^ 0x36 }, into: inner)
    try outer.begin()
    try Self.absorb(block.map { $0 ^ 0x5C }, into: outer)
    self.inner = inner
    self.outer = outer
  }

  /// - Parameter scratch: is overwritten; one serves all keys of an event loop.
  /// - Throws: `digestUnavailable`.
  func digest(of message: ByteView, scratch: borrowing DigestContext) throws(AuthorizationFault) -> SHA1Digest {
    try scratch.begin(from: inner)
    try scratch.absorb(message)
    let innerDigest = try scratch.finish()
    try scratch.begin(from: outer)
    try withUnsafeBytes(of: innerDigest.octets) { (bytes) throws(AuthorizationFault) in try scratch.absorb(bytes) }
    return try scratch.finish()
  }

  private static func absorb(_ octets: [UInt8], into context: borrowing DigestContext) throws(AuthorizationFault) {
    try octets.withUnsafeBufferPointer { (octets) throws(AuthorizationFault) in try context.absorb(ByteView(octets)) }
  }
}

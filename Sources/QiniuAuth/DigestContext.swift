import ByteText
import COpenSSL

/// A SHA-1 computation of OpenSSL's: a plain value, so that going on from where another stands is a copy and allocates
/// nothing.
struct DigestContext: BitwiseCopyable {
  private var context = SHA_CTX()

  /// - Throws: `digestUnavailable`.
  init() throws(AuthorizationFault) {
    guard SHA1_Init(&context) == 1 else { throw .digestUnavailable }
  }

  mutating func absorb(_ bytes: ByteView) throws(AuthorizationFault) {
    guard SHA1_Update(&context, bytes.baseAddress, bytes.count) == 1 else { throw .digestUnavailable }
  }

  consuming func finish() throws(AuthorizationFault) -> SHA1Digest {
    var digest = SHA1Digest()
    let finished = withUnsafeMutableBytes(of: &digest.octets) {
      SHA1_Final($0.baseAddress?.assumingMemoryBound(to: UInt8.self), &context)
    }
    guard finished == 1 else { throw .digestUnavailable }
    return digest
  }
}

/// The 20 octets that SHA-1 ends in.
struct SHA1Digest {
  static let count = 20

  var octets = InlineArray<20, UInt8>(repeating: 0)

  func withBytes<Result>(_ body: (ByteView) -> Result) -> Result { withUnsafeBytes(of: octets, body) }
}

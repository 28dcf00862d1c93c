import ByteText
import COpenSSL

/// A SHA-1 computation of OpenSSL's, owned alone and freed with its owner.
struct DigestContext: ~Copyable {
  private let context: OpaquePointer

  /// - Throws: `digestUnavailable` when OpenSSL gives no context.
  init() throws(AuthorizationFault) {
    guard let context = EVP_MD_CTX_new() else { throw .digestUnavailable }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Starts anew. Costs a look-up of the algorithm: only for computations whose copies are used many times.
  func begin() throws(AuthorizationFault) {
    guard EVP_DigestInit_ex(context, EVP_sha1(), nil) == 1 else { throw .digestUnavailable }
  }

  /// Goes on from where `other` stands, whatever was computed here before.
  func begin(from other: borrowing DigestContext) throws(AuthorizationFault) {
    guard EVP_MD_CTX_copy_ex(context, other.context) == 1 else { throw .digestUnavailable }
  }

  func absorb(_ bytes: ByteView) throws(AuthorizationFault) {
    guard EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1 else { throw .digestUnavailable }
  }

  func finish() throws(AuthorizationFault) -> SHA1Digest {
    var digest = SHA1Digest()
    let finished = withUnsafeMutableBytes(of: &digest.octets) {
      EVP_DigestFinal_ex(context, $0.baseAddress?.assumingMemoryBound(to: UInt8.self), nil)
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

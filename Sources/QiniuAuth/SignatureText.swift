import ByteText
import COpenSSL

/// A signature as it is sent: the URL-safe base64 of a digest, padding kept.
struct SignatureText {
  private var letters = InlineArray<28, UInt8>(repeating: 0)

  init(_ digest: SHA1Digest) {
    withUnsafeMutableBytes(of: &letters) { text in digest.withBytes { URLSafeBase64.encode($0, into: text) } }
  }

  var octets: [UInt8] { withUnsafeBytes(of: letters) { Array($0) } }

  /// True if a client sent exactly this.
  func matches(_ sent: ByteView) -> Bool { withUnsafeBytes(of: letters) { sent.equalsInConstantTime($0) } }
}

extension ByteView {
  /// Like `equals`, but how long it takes tells nothing of where the two differ; only their lengths are no secret.
  package func equalsInConstantTime(_ other: ByteView) -> Bool {
    count == other.count && CRYPTO_memcmp(baseAddress, other.baseAddress, count) == 0
  }
}

import ByteText

/// The hash by which Qiniu names contents: the URL-safe base64 of 0x16 and the SHA-1 of a content up to 4 MiB, or of 0x96
/// and the SHA-1 of its blocks' SHA-1s.
package enum QiniuEtag {
  /// The length of the text.
  package static let count = 28
  /// In bytes.
  private static let blockSize = 4 << 20

  /// - Throws: `digestUnavailable`.
  package static func of(_ content: ByteView) throws(AuthorizationFault) -> [UInt8] {
    guard content.count > blockSize else { return try text(0x16, digest(of: content)) }
    var digests: [UInt8] = []
    for start in stride(from: 0, to: content.count, by: blockSize) {
      let block = content.slice(start, min(start + blockSize, content.count))
      digests += try digest(of: block).withBytes { Array($0) }
    }
    return try digests.withUnsafeBufferPointer { (octets) throws(AuthorizationFault) in
      try text(0x96, digest(of: ByteView(octets)))
    }
  }

  private static func digest(of bytes: ByteView) throws(AuthorizationFault) -> SHA1Digest {
    var context = try DigestContext()
    try context.absorb(bytes)
    return try context.finish()
  }

  private static func text(_ kind: UInt8, _ digest: SHA1Digest) -> [UInt8] {
    ([kind] + digest.withBytes { Array($0) }).withUnsafeBytes { URLSafeBase64.encode($0) }
  }
}

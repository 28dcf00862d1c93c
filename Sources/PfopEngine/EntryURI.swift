import ByteText

/// A place in a bucket as `saveas` names it: `bucket:key`, or `bucket` alone when the key is to be derived.
package struct EntryURI: Equatable, Sendable {
  /// `bucket:key` or `bucket`, decoded, in UTF-8.
  package let bytes: [UInt8]
  private let bucketCount: Int

  /// - Parameter encoded: URL-safe base64, with or without padding.
  /// - Returns: nil if that is malformed, the text is not UTF-8, or the bucket is empty.
  package init?(encoded: ByteView) {
    guard let bytes = URLSafeBase64.decode(encoded) else { return nil }
    let bucketCount = bytes.firstIndex(of: 0x3A) ?? bytes.count
    guard bucketCount > 0, bytes.withUnsafeBytes({ $0.isUTF8 }) else { return nil }
    self.bytes = bytes
    self.bucketCount = bucketCount
  }

  /// False when the key is to be derived. A key may be empty: `bucket:` names the key of no characters.
  package var hasKey: Bool { bucketCount < bytes.count }

  package var bucket: String { String(decoding: bytes[..<bucketCount], as: UTF8.self) }

  package var key: String? { hasKey ? String(decoding: bytes[(bucketCount + 1)...], as: UTF8.self) : nil }

  /// Hands over bucket and key; the key is nil when it is to be derived.
  package func withParts<Result>(_ body: (_ bucket: ByteView, _ key: ByteView?) -> Result) -> Result {
    bytes.withUnsafeBytes { all in
      body(all.slice(0, bucketCount), hasKey ? all.slice(bucketCount + 1, all.count) : nil)
    }
  }
}

extension ByteView {
  /// True if these bytes are well-formed UTF-8.
  var isUTF8: Bool { (try? UTF8Span(validating: bindMemory(to: UInt8.self).span)) != nil }
}

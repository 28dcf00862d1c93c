import ByteText

/// Hashes and keys of results that were never computed: they look like the service's, and are a function of bucket, key
/// and command, so that golden files stay stable from run to run.
enum DerivedName {
  /// Like a Qiniu etag: URL-safe base64 of 0x16 and 20 octets.
  static func hash(bucket: String, key: String, command: String) -> String {
    base64([0x16] + octets(seed: 1, bucket, key, command))
  }

  /// Like a key that the service derives: one part of the command, a slash, one of the source.
  static func key(bucket: String, key: String, command: String) -> String {
    base64(octets(seed: 2, command)) + "/" + base64([0x16] + octets(seed: 3, bucket, key))
  }

  /// What is told of a file of which nothing is known but that it is there.
  /// - Parameter entry: `bucket:key`.
  static func facts(of entry: [UInt8]) -> FileFacts {
    let octets = octets(seed: 4, String(decoding: entry, as: UTF8.self))
    // Some kilobytes to 16 megabytes, in the year 2024.
    let size = octets[0..<3].reduce(4096) { $0 + Int64($1) * 21_845 }
    let seconds = octets[3..<6].reduce(Int64(0)) { $0 << 8 | Int64($1) } + 1_704_067_200
    return FileFacts(
      size: size, hash: base64([0x16] + octets), mimeType: FileFacts.unknownType, putTime: seconds * 10_000_000)
  }

  /// 20 octets that depend on every octet of `parts` and on where each part ends.
  private static func octets(seed: UInt64, _ parts: String...) -> [UInt8] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15
    for part in parts {
      for octet in part.utf8 { state = mixed(state ^ UInt64(octet)) }
      state = mixed(state ^ UInt64(part.utf8.count) << 8)
    }
    return (0..<20).map { index in
      if index % 8 == 0 { state = mixed(state) }
      return UInt8(truncatingIfNeeded: state >> UInt64(index % 8 * 8))
    }
  }

  /// One round of SplitMix64: a bijection in which each bit of the input bears on all of the output.
  private static func mixed(_ value: UInt64) -> UInt64 {
    var mixed = value &+ 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  private static func base64(_ octets: [UInt8]) -> String {
    octets.withUnsafeBytes { String(decoding: URLSafeBase64.encode($0), as: UTF8.self) }
  }
}

import ByteText

/// Every SecretKey that this server has known, to be made unreadable wherever a client has sent one by mistake. Signatures
/// and tokens are no secrets.
struct SecretMask: Sendable {
  /// What is shorter can stand anywhere, and is no secret either.
  static let minimumCount = 8

  /// By the first octets, which few places of a text begin with.
  private var secrets: [UInt64: [[UInt8]]] = [:]

  mutating func add(_ secret: String) {
    let octets = Array(secret.utf8)
    guard octets.count >= SecretMask.minimumCount else { return }
    let start = octets.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
    guard secrets[start]?.contains(octets) != true else { return }
    secrets[start, default: []].append(octets)
    // The longest first, where one is the beginning of another.
    secrets[start]?.sort { $0.count > $1.count }
  }

  /// Puts asterisks where secrets are: as many octets, so that lengths stay true.
  func apply(to octets: inout [UInt8]) {
    guard octets.count >= SecretMask.minimumCount, !secrets.isEmpty else { return }
    octets.withUnsafeMutableBytes { octets in
      for position in 0...(octets.count - SecretMask.minimumCount) {
        guard let found = secrets[octets.loadUnaligned(fromByteOffset: position, as: UInt64.self)] else { continue }
        for secret in found where ByteView(octets).slice(position, octets.count).starts(withOctets: secret) {
          for index in position..<position + secret.count { octets[index] = 0x2A }
        }
      }
    }
  }
}

extension ByteView {
  fileprivate func starts(withOctets octets: [UInt8]) -> Bool {
    count >= octets.count && octets.withUnsafeBytes { slice(0, octets.count).equals($0) }
  }
}

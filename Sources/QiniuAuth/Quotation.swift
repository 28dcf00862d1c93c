import ByteText

/// Puts a client's bytes into a diagnosis, unless they hold a secret key: people do send theirs by mistake.
struct Quotation {
  private let secrets: [[UInt8]]

  /// From this length on, in octets, a secret key is looked for inside other text too. A shorter one is withheld only
  /// where it stands alone, as it would turn up in any text by chance.
  private static let tellingLength = 16

  init(withholding credentials: [Credential]) {
    secrets = credentials.map { Array($0.secretKey.utf8) }.filter { !$0.isEmpty }
  }

  /// The bytes as visible ASCII between quotation marks; of a longer text, the first `limit` bytes.
  func quote(_ bytes: ByteView, limit: Int = 128) -> String {
    var text = bytes.visibleText(limit: limit)
    // Both: a tab in front of `estsk` is shown as `\testsk`.
    let isWithheld = isTelling(bytes) || text.withUTF8 { isTelling(ByteView($0)) }
    return isWithheld ? "(withheld: it holds a secret key)" : "\"\(text)\""
  }

  func isSecret(_ bytes: ByteView) -> Bool {
    secrets.contains { secret in secret.withUnsafeBytes { $0.equals(bytes) } }
  }

  private func isTelling(_ bytes: ByteView) -> Bool {
    isSecret(bytes)
      || secrets.contains { secret in
        secret.count >= Self.tellingLength && secret.withUnsafeBytes { Self.occurs($0, in: bytes) }
      }
  }

  private static func occurs(_ part: ByteView, in bytes: ByteView) -> Bool {
    var start = 0
    while let found = bytes.firstOffset(of: part[0], from: start), found + part.count <= bytes.count {
      if bytes.slice(found, found + part.count).equals(part) { return true }
      start = found + 1
    }
    return false
  }
}

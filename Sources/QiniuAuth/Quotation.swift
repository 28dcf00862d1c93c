import ByteText

/// Puts a client's bytes into a diagnosis, unless they hold a secret key: people do send theirs by mistake.
struct Quotation {
  private let secrets: SecretSet

  /// From this length on, in octets, a secret key is looked for inside other text too. A shorter one is withheld only
  /// where it stands alone, as it would turn up in any text by chance.
  private static let tellingLength = 16

  init(withholding secrets: SecretSet) { self.secrets = secrets }

  /// The bytes as visible ASCII between quotation marks; of a longer text, the first `limit` bytes.
  func quote(_ bytes: ByteView, limit: Int = 128) -> String {
    var text = bytes.visibleText(limit: limit)
    // Both: a tab in front of `estsk` is shown as `\testsk`.
    let isWithheld = isTelling(bytes) || text.withUTF8 { isTelling(ByteView($0)) }
    return isWithheld ? "(withheld: it holds a secret key)" : "\"\(text)\""
  }

  func quote(_ text: String) -> String {
    var text = text
    return text.withUTF8 { quote(ByteView($0)) }
  }

  func isSecret(_ bytes: ByteView) -> Bool { secrets.contains(bytes) }

  private func isTelling(_ bytes: ByteView) -> Bool {
    isSecret(bytes) || bytes.indices.contains { secrets.count(in: bytes, at: $0) >= Self.tellingLength }
  }
}

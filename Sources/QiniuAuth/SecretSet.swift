import ByteText

/// SecretKeys that are looked for in texts. How many there are does not matter: each place of a text is looked up once.
///
/// Copies share what none of them changes, see `Blocks`.
package struct SecretSet: Sendable {
  /// Shorter ones are not looked for inside a text, as they would turn up by chance.
  package static let minimumCount = 8

  private var secrets = ByteMap<Bool>()
  /// How long those are that begin with the same octets, as many as `minimumCount`: the longest first.
  private var lengths = ByteMap<[Int]>()

  package init() {}

  package mutating func insert(_ secret: String) {
    let octets = Array(secret.utf8)
    guard !octets.isEmpty, !octets.withUnsafeBytes({ contains($0) }) else { return }
    secrets.append(octets, true)
    guard octets.count >= Self.minimumCount else { return }
    let beginning = Array(octets.prefix(Self.minimumCount))
    if let index = beginning.withUnsafeBytes({ lengths.index(of: $0) }) {
      let others = lengths[index] ?? []
      guard !others.contains(octets.count) else { return }
      lengths.replace(index, with: (others + [octets.count]).sorted(by: >))
    } else {
      lengths.append(beginning, [octets.count])
    }
  }

  package var isEmpty: Bool { secrets.count == 0 }

  /// True if the bytes are a secret, of whatever length.
  package func contains(_ bytes: ByteView) -> Bool { secrets.index(of: bytes) != nil }

  /// How many octets the longest secret has that begins at `position`; 0 if none does.
  package func count(in bytes: ByteView, at position: Int) -> Int {
    guard position + Self.minimumCount <= bytes.count,
      let index = lengths.index(of: bytes.slice(position, position + Self.minimumCount))
    else { return 0 }
    for count in lengths[index] ?? [] where position + count <= bytes.count {
      if contains(bytes.slice(position, position + count)) { return count }
    }
    return 0
  }
}

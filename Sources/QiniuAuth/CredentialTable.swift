import ByteText

/// The accounts of a server, ready to verify with. Each loop has a copy: one account more costs all of them the same,
/// however many there are.
package struct CredentialTable: Sendable {
  private struct Account: Sendable {
    var credential: Credential
    var key: HMACKey
  }

  private var accounts = ByteMap<Account>()
  /// What no diagnosis may show: also what was a SecretKey before.
  private(set) var secrets = SecretSet()

  /// - Parameters:
  ///   - credentials: of equal access keys the first is used, an empty one never.
  ///   - old: a table from which credentials that have not changed are taken over.
  /// - Throws: `digestUnavailable`.
  package init(_ credentials: [Credential], reusing old: CredentialTable? = nil) throws(AuthorizationFault) {
    if let old { secrets = old.secrets }
    for credential in credentials { try append(credential, old?.key(of: credential)) }
  }

  private mutating func append(_ credential: Credential, _ key: HMACKey?) throws(AuthorizationFault) {
    let key = if let key { key } else { try HMACKey(secret: credential.secretKey) }
    accounts.append(Array(credential.accessKey.utf8), Account(credential: credential, key: key))
    secrets.insert(credential.secretKey)
  }

  /// Nil unless just that credential is here.
  private func key(of credential: Credential) -> HMACKey? {
    var accessKey = credential.accessKey
    return accessKey.withUTF8 { accounts.index(of: ByteView($0)) }.flatMap { index in
      accounts.with(index) { $0.credential == credential ? $0.key : nil } ?? nil
    }
  }

  package var count: Int { accounts.count }

  /// Puts a credential in the place of the one with the same access key, or behind all others.
  /// - Throws: `digestUnavailable`; nothing has changed then.
  package mutating func put(_ credential: Credential) throws(AuthorizationFault) {
    var accessKey = credential.accessKey
    guard let index = accessKey.withUTF8({ accounts.index(of: ByteView($0)) }) else {
      return try append(credential, nil)
    }
    accounts.replace(index, with: Account(credential: credential, key: try HMACKey(secret: credential.secretKey)))
    secrets.insert(credential.secretKey)
  }

  package mutating func remove(_ accessKey: String) {
    var accessKey = accessKey
    accessKey.withUTF8 { _ = accounts.remove(ByteView($0)) }
  }

  /// The credential with that access key; nil if there is none.
  package subscript(accessKey: String) -> Credential? {
    var accessKey = accessKey
    return accessKey.withUTF8 { accounts.index(of: ByteView($0)) }.flatMap { accounts[$0]?.credential }
  }

  func index(of accessKey: ByteView) -> Int? { accounts.index(of: accessKey) }

  /// Those that there may be; of some there is no credential any more.
  var indices: Range<Int> { accounts.indices }

  func credential(_ index: Int) -> Credential? { accounts[index]?.credential }

  func key(_ index: Int) -> HMACKey? { accounts.with(index) { $0.key } }
}

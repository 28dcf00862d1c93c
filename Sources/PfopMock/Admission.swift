import PfopEngine
import QiniuAuth

/// What connections and requests are looked at with before the service has its turn: who may ask, and how is spoken about
/// buckets. It changes with the fixture.
struct Admission: Sendable {
  var credentials: CredentialTable
  var idioms: IdiomTable
  /// Rules have a say on connections before anything is read from them.
  var screensConnections: Bool
  /// Differs after every change.
  var version: Int

  /// Which change of accounts was the last that was taken over.
  private var accountEra: Int

  /// - Throws: `digestUnavailable`.
  init(_ service: borrowing ServiceState) throws(AuthorizationFault) {
    credentials = try CredentialTable(service.accounts.map(Credential.init))
    accountEra = service.accountEra
    idioms = service.idioms
    screensConnections = service.hasRules(in: .connection)
    version = 0
  }

  /// Takes over what has changed.
  /// - Throws: `digestUnavailable`; the accounts are those of before then, and are looked at anew the next time.
  mutating func follow(_ service: borrowing ServiceState) throws(AuthorizationFault) {
    idioms = service.idioms
    screensConnections = service.hasRules(in: .connection)
    version += 1
    guard service.accountEra != accountEra else { return }
    switch service.accountChange {
    case .put(let account) where service.accountEra == accountEra + 1: try credentials.put(Credential(account))
    case .removed(let accessKey) where service.accountEra == accountEra + 1: credentials.remove(accessKey)
    case .put, .removed, .all:
      credentials = try CredentialTable(service.accounts.map(Credential.init), reusing: credentials)
    }
    accountEra = service.accountEra
  }

  /// Which schemes are accepted: settled before the bucket is known.
  var acceptedSchemes: AcceptedSchemes { idioms.standard.dialect.acceptedSchemes }
}

extension Credential {
  init(_ account: Account) { self.init(accessKey: account.accessKey, secretKey: account.secretKey) }
}

extension PfopEngine.Dialect {
  var acceptedSchemes: AcceptedSchemes {
    switch self {
    case .classic: .qbox
    case .current: .both
    }
  }
}

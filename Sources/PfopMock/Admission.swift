import PfopEngine
import QiniuAuth

/// What connections and requests are looked at with before the service has its turn: who may ask, and how is spoken about
/// buckets. It changes with the fixture.
struct Admission: Sendable {
  var credentials: [Credential]
  var idioms: IdiomTable
  /// Rules have a say on connections before anything is read from them.
  var screensConnections: Bool
  /// Differs after every change.
  var version: Int

  init(_ service: borrowing ServiceState, version: Int) {
    credentials = service.accounts.map { Credential(accessKey: $0.accessKey, secretKey: $0.secretKey) }
    idioms = service.idioms
    screensConnections = service.hasRules(in: .connection)
    self.version = version
  }

  /// Which schemes are accepted: settled before the bucket is known.
  var acceptedSchemes: AcceptedSchemes { idioms.standard.dialect.acceptedSchemes }
}

extension PfopEngine.Dialect {
  var acceptedSchemes: AcceptedSchemes {
    switch self {
    case .classic: .qbox
    case .current: .both
    }
  }
}

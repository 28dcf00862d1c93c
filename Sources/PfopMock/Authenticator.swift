import ByteText
import HTTPCore
import QiniuAuth

/// Tells from a request's Authorization who sent it. One per event loop, as the verifier's HMAC contexts are.
final class Authenticator {
  private let core: MockCore
  private let port: UInt16
  private var verifier: SignatureVerifier
  private var accountsVersion: Int

  /// - Parameter port: where the server listens; some clients sign it without sending it.
  /// - Throws: `AuthorizationFault.digestUnavailable`.
  init(core: MockCore, port: UInt16) throws(AuthorizationFault) {
    self.core = core
    self.port = port
    let accounts = core.accounts
    accountsVersion = accounts.version
    verifier = try Authenticator.makeVerifier(accounts.credentials, port)
  }

  /// Notes the verdict in the exchange.
  /// - Returns: how the request is refused; nil if it is signed well.
  func authenticate(_ exchange: inout Exchange) -> Answer? {
    followAccounts()
    let fieldCount = exchange.head.fields.count(of: .authorization)
    if fieldCount > 1 {
      exchange.authorization = .invalid
      return .failure(401, "bad token", diagnosis: "\(fieldCount) Authorization fields were sent; allowed: one")
    }
    let authorization = exchange.field(.authorization)
    let request = signedRequest(exchange)
    let verdict = verifier.verify(authorization: authorization, request: request)
    switch verdict {
    case .valid:
      exchange.authorization = .valid
      exchange.accessKey = authorization.map(Authenticator.accessKey) ?? exchange.accessKey
    case .notSent: exchange.authorization = .none
    case .invalid: exchange.authorization = .invalid
    }
    guard let refusal = verdict.refusal else { return nil }
    let diagnosis = verifier.explain(verdict, authorization: authorization, request: request)
    return .failure(Verdict.refusalStatus, refusal.description, diagnosis: diagnosis)
  }

  /// The AccessKey of `<scheme> SP <AccessKey>:<sign>`.
  private static func accessKey(of authorization: ByteView) -> ByteView {
    let start = (authorization.firstOffset(of: ASCII.space) ?? -1) + 1
    return authorization.slice(start, authorization.firstOffset(of: 0x3A, from: start) ?? start)
  }

  private func signedRequest(_ exchange: Exchange) -> SignedRequest {
    let message = exchange.request.message
    let head = exchange.request.head
    var qiniuFields: [(name: ByteView, value: ByteView)] = []
    for line in head.fields.lines where line.known == .qiniu {
      qiniuFields.append((line.name.view(in: message), line.value.view(in: message)))
    }
    let target = head.target.pathAndQuery
    return SignedRequest(
      method: head.methodName.view(in: message), target: target.view(in: message),
      // The absolute form's host replaces the field's (RFC 9112, section 3.2.2).
      host: head.target.authority?.view(in: message) ?? exchange.field(.host) ?? ByteView(start: nil, count: 0),
      contentType: exchange.field(.contentType),
      qiniuFields: qiniuFields, body: exchange.request.content)
  }

  /// Takes over the accounts of a fixture that was loaded in the meantime.
  private func followAccounts() {
    guard core.accountsVersion != accountsVersion else { return }
    let accounts = core.accounts
    do throws(AuthorizationFault) {
      verifier = try Authenticator.makeVerifier(accounts.credentials, port)
      accountsVersion = accounts.version
    } catch {
      // OpenSSL has no memory for the keys: the old accounts stay in force, and the next request tries again.
      core.log.warn("the accounts of the new fixture cannot be used yet: \(error)")
    }
  }

  private static func makeVerifier(
    _ credentials: [Credential], _ port: UInt16
  ) throws(AuthorizationFault) -> SignatureVerifier {
    // The dialect classic knows QBox alone.
    try SignatureVerifier(credentials: credentials, acceptedSchemes: .qbox, listeningPort: port)
  }
}

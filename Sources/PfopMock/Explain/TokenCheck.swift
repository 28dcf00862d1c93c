import ByteText
import HTTPServer
import PfopEngine
import QiniuAuth

/// Says whether a request is signed well, and if not what is likely wrong, without a server.
package struct TokenCheck {
  package let isValid: Bool
  /// One line; no secret is in it.
  package let diagnosis: String

  /// - Parameters:
  ///   - request: its first Authorization field is looked at.
  ///   - fixture: whose signatures are accepted, and by which schemes.
  ///   - account: AccessKey and SecretKey that are accepted in place of the fixture's.
  package init(
    _ request: RequestDraft, fixture: FixtureSource, account: (accessKey: String, secretKey: String)? = nil
  ) throws {
    let loaded = try fixture.load()
    let accounts = TokenCheck.accounts(account, loaded)
    let verifier = try SignatureVerifier(
      credentials: accounts.map(Credential.init),
      acceptedSchemes: (loaded.dialect ?? .classic).acceptedSchemes, listeningPort: TokenCheck.port(of: request))
    let names = request.fields.filter { $0.name.lowercased().hasPrefix("x-qiniu-") }
    let texts =
      [
        request.method, request.target, request.value("Host") ?? "", request.value("Content-Type") ?? "", request.body,
        request.value("Authorization") ?? "",
      ] + names.flatMap { [$0.name, $0.value] }
    let hasAuthorization = request.value("Authorization") != nil
    let (isValid, diagnosis) = SignedCall.withViews(texts) { views in
      let signed = SignedRequest(
        method: views[0], target: views[1], host: views[2], contentType: views[3],
        qiniuFields: names.indices.map { (views[6 + 2 * $0], views[7 + 2 * $0]) }, body: views[4])
      let authorization = hasAuthorization ? views[5] : nil
      let verdict = verifier.verify(authorization: authorization, request: signed)
      return (
        verdict.refusal == nil, verifier.explain(verdict, authorization: authorization, request: signed)
      )
    }
    self.isValid = isValid
    self.diagnosis = TokenCheck.mask(of: accounts).masked(diagnosis)
  }

  /// A message about a request that is no request, with no secret in it.
  /// - Parameters:
  ///   - fixture: whose secrets are not shown, unless there is an account in its place.
  package static func masked(
    _ message: String, fixture: FixtureSource, account: (accessKey: String, secretKey: String)?
  ) throws -> String {
    mask(of: accounts(account, try fixture.load())).masked(message)
  }

  private static func accounts(_ account: (accessKey: String, secretKey: String)?, _ fixture: Fixture) -> [Account] {
    account.map { [Account(accessKey: $0.accessKey, secretKey: $0.secretKey)] } ?? fixture.accounts
  }

  private static func mask(of accounts: [Account]) -> SecretMask {
    var mask = SecretMask()
    mask.add(secretsOf: accounts)
    return mask
  }

  /// Some clients sign the port that they dial without sending it: the server's own, as far as it can be known.
  private static func port(of request: RequestDraft) -> UInt16 {
    request.value("Host").flatMap { PublicURL("http://\($0)") }?.port ?? 8599
  }
}

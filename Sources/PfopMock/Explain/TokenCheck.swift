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
    let accounts = account.map { [Account(accessKey: $0.accessKey, secretKey: $0.secretKey)] } ?? loaded.accounts
    let verifier = try SignatureVerifier(
      credentials: accounts.map { Credential(accessKey: $0.accessKey, secretKey: $0.secretKey) },
      acceptedSchemes: (loaded.dialect ?? .classic).acceptedSchemes, listeningPort: TokenCheck.port(of: request))
    let names = request.fields.filter { $0.name.lowercased().hasPrefix("x-qiniu-") }
    let texts =
      [
        request.method, request.target, request.value("Host") ?? "", request.value("Content-Type") ?? "", request.body,
        request.value("Authorization") ?? "",
      ] + names.flatMap { [$0.name, $0.value] }
    let hasAuthorization = request.value("Authorization") != nil
    (isValid, diagnosis) = SignedCall.withViews(texts) { views in
      let signed = SignedRequest(
        method: views[0], target: views[1], host: views[2], contentType: views[3],
        qiniuFields: names.indices.map { (views[6 + 2 * $0], views[7 + 2 * $0]) }, body: views[4])
      let authorization = hasAuthorization ? views[5] : nil
      let verdict = verifier.verify(authorization: authorization, request: signed)
      return (
        verdict.refusal == nil, verifier.explain(verdict, authorization: authorization, request: signed)
      )
    }
  }

  /// Some clients sign the port that they dial without sending it: the server's own, as far as it can be known.
  private static func port(of request: RequestDraft) -> UInt16 {
    request.value("Host").flatMap { PublicURL("http://\($0)") }?.port ?? 8599
  }
}

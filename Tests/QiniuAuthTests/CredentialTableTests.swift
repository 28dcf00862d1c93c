import ByteText
import Testing

@testable import QiniuAuth

struct CredentialTableTests {
  private let request = SampleRequest()

  private func isValid(_ credential: Credential, in table: CredentialTable) throws -> Bool {
    let verifier = SignatureVerifier(credentials: table, acceptedSchemes: .qbox, listeningPort: 1)
    let authorization = Array(try request.authorization(.qbox, credential).utf8)
    return request.read { request in
      authorization.withUnsafeBytes { verifier.verify(authorization: $0, request: request) }.refusal == nil
    }
  }

  @Test func credentialsComeAndGo() throws {
    let (first, second) = (Credential.sample, Credential(accessKey: "b", secretKey: "secret of b"))
    let changed = Credential(accessKey: "b", secretKey: "another secret")
    var table = try CredentialTable([first])
    let before = table
    try table.put(second)
    #expect(try isValid(first, in: table) && isValid(second, in: table))
    #expect(try !isValid(second, in: before))
    try table.put(changed)
    #expect(try isValid(changed, in: table) && !isValid(second, in: table))
    #expect(table["b"] == changed && table["c"] == nil && table.count == 2)
    table.remove("b")
    table.remove("c")
    #expect(try !isValid(changed, in: table) && isValid(first, in: table))
    #expect(table["b"] == nil && table.count == 1)
    // Also what was a secret before is shown to nobody.
    for secret in [first, second, changed].map(\.secretKey) {
      #expect(Array(secret.utf8).withUnsafeBytes { table.secrets.contains($0) })
    }
  }

  @Test func anotherListTakesOverWhatHasNotChanged() throws {
    let (first, second) = (Credential.sample, Credential(accessKey: "b", secretKey: "secret of b"))
    let old = try CredentialTable([first, second])
    let changed = Credential(accessKey: "b", secretKey: "another secret")
    let table = try CredentialTable([changed, first], reusing: old)
    #expect(try isValid(changed, in: table) && isValid(first, in: table) && !isValid(second, in: table))
    #expect(table.index(of: "b") == 0 && old.index(of: "b") == 1)
  }
}

extension CredentialTable {
  fileprivate func index(of accessKey: String) -> Int? { Array(accessKey.utf8).withUnsafeBytes { index(of: $0) } }
}

import Testing

@testable import QiniuAuth

struct CredentialTests {
  @Test func signsAsTheOfficialSDKs() throws {
    let (common, vectors) = try Vectors.signatures()
    #expect(vectors.count == 9)
    for vector in vectors {
      let scheme = try #require(SignatureScheme(rawValue: vector.scheme))
      let signed = try vector.request.authorization(scheme, vector.credential(common))
      #expect(signed == vector.authorization, "\(vector.name)")
    }
  }

  @Test func showsNoSecret() throws {
    let credential = Credential.sample
    var dumped = ""
    dump([credential], to: &dumped)
    let verifier = try SignatureVerifier(credentials: [credential], acceptedSchemes: .both, listeningPort: 1)
    dump(verifier, to: &dumped)
    for text in ["\(credential)", String(reflecting: credential), "\([credential])", "\(verifier)", dumped] {
      #expect(!text.contains(credential.secretKey))
    }
    #expect("\(credential)".contains(credential.accessKey))
  }
}

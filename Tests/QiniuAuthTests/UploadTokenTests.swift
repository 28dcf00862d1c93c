import ByteText
import Testing

@testable import QiniuAuth

struct UploadTokenTests {
  /// Made by the Python SDK.
  private static let policy = #"{"scope":"media:a.mp4","deadline":4102444800,"persistentOps":"avthumb/mp4"}"#
  private static let encoded =
    "eyJzY29wZSI6Im1lZGlhOmEubXA0IiwiZGVhZGxpbmUiOjQxMDI0NDQ4MDAsInBlcnNpc3RlbnRPcHMiOiJhdnRodW1iL21wNCJ9"
  private static let sign = "BMyAJ6tqmenWLxfcnP4UNVRlp44="
  private static let token = "\(Credential.sample.accessKey):\(sign):\(encoded)"

  /// Nil if the token is valid, else what is explained.
  private func explanation(_ token: String) throws -> String? {
    let verifier = try SignatureVerifier(credentials: [.sample], acceptedSchemes: .qbox, listeningPort: 1)
    return withView(of: token) { text in
      var parsed: UploadToken?
      do throws(UploadTokenFault) {
        let token = try UploadToken(text)
        parsed = token
        try verifier.verify(token)
        return nil
      } catch {
        return verifier.explain(error, of: parsed)
      }
    }
  }

  private func withView<Result>(of text: String, _ body: (ByteView) throws -> Result) rethrows -> Result {
    var text = text
    return try text.withUTF8 { try body(ByteView($0)) }
  }

  private func sign(_ message: String, secret: String = Credential.sample.secretKey) throws -> SHA1Digest {
    let key = try HMACKey(secret: secret)
    return try Array(message.utf8).withUnsafeBufferPointer { (message) throws(AuthorizationFault) in
      try key.digest(of: ByteView(message))
    }
  }

  @Test func isReadAsTheSDKMakesIt() throws {
    #expect(try explanation(Self.token) == nil)
    var policy = Self.policy
    let made = try policy.withUTF8 { try Credential.sample.uploadToken(policy: ByteView($0)) }
    #expect(String(decoding: made, as: UTF8.self) == Self.token)
    let read = try withView(of: Self.token) { try UploadToken($0).policy }
    #expect(String(decoding: read, as: UTF8.self) == policy)
  }

  @Test(arguments: [
    ("", "three parts"), ("a", "three parts"), ("a:b", "three parts"), (":b:YQ==", "is empty"), ("a::YQ==", "is empty"),
    ("a:b:", "is empty"), ("a:b:!", "no URL-safe base64"), ("a:b:c:d", "no URL-safe base64"),
  ])
  func aMalformedOneIsExplained(token: String, part: String) throws {
    let explanation = try explanation(token)
    #expect(explanation?.hasPrefix("malformed upload token: ") == true)
    #expect(explanation?.contains(part) == true)
  }

  @Test func anUnknownAccessKeyIsNamedUnlessItIsASecret() throws {
    #expect(try explanation("nobody:\(Self.sign):\(Self.encoded)") == "unknown access key \"nobody\"")
    let swapped = try explanation("\(Credential.sample.secretKey):\(Self.sign):\(Self.encoded)")
    #expect(swapped?.contains("keys swapped") == true)
    #expect(swapped?.contains(Credential.sample.secretKey) == false)
  }

  @Test func aWrongSignatureIsExplained() throws {
    func token(_ digest: SHA1Digest, _ write: (SHA1Digest) -> [UInt8] = { SignatureText($0).octets }) -> String {
      "\(Credential.sample.accessKey):\(String(decoding: write(digest), as: UTF8.self)):\(Self.encoded)"
    }
    let right = try sign(Self.encoded)
    #expect(try explanation(token(right)) == nil)
    let cases: [(String, String)] = [
      (token(right) { HexadecimalText.encode($0) }, "hex digest"),
      (token(right) { SignatureText($0).octets.dropLast() }, "missing padding"),
      (token(try sign(Self.policy)), "signed the put policy before it was encoded"),
      (token(try sign(Self.encoded, secret: "wrong")), "no known slip explains it"),
      (Self.token.replacing("Im1lZGlh", with: "Im1lZGlk"), "no known slip explains it"),
    ]
    for (token, part) in cases {
      let explanation = try explanation(token)
      #expect(explanation?.hasPrefix("signature mismatch of the upload token") == true)
      #expect(explanation?.contains(part) == true, "\(explanation ?? "nil")")
      #expect(explanation?.contains(Self.sign) == false)
    }
  }
}

extension HexadecimalText {
  fileprivate static func encode(_ digest: SHA1Digest) -> [UInt8] { digest.withBytes { encode($0) } }
}

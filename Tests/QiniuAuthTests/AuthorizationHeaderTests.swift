import Testing

@testable import QiniuAuth

struct AuthorizationHeaderTests {
  private func fault(_ value: String) -> AuthorizationFault? {
    Array(value.utf8).withUnsafeBytes { bytes in
      do throws(AuthorizationFault) {
        _ = try AuthorizationHeader(bytes)
        return nil
      } catch {
        return error
      }
    }
  }

  @Test(arguments: ["QBox ak:sign", "qbox ak:sign", "QBOX ak:sign", "Qiniu ak:sign", "qINIU ak:sign"])
  func takesSchemesInEitherCase(value: String) throws {
    try Array(value.utf8).withUnsafeBytes { bytes in
      let header = try AuthorizationHeader(bytes)
      #expect(header.scheme == (value.count == 12 ? .qbox : .qiniu))
      #expect(String(decoding: header.accessKey, as: UTF8.self) == "ak")
      #expect(String(decoding: header.signature, as: UTF8.self) == "sign")
    }
  }

  @Test(arguments: [
    ("", AuthorizationFault.Malformation.empty),
    ("ak:sign", .schemeMissing),
    ("QBox", .credentialMissing),
    ("QBox  ak:sign", .whitespace),
    ("QBox\tak:sign", .whitespace),
    ("QBox ak: sign", .whitespace),
    ("QBox ak:si\tgn", .whitespace),
    ("QBox aksign", .colonMissing),
    ("QBox ", .colonMissing),
    ("QBox :sign", .accessKeyEmpty),
    ("QBox ak:", .signatureEmpty),
    ("QBox ak:sign:policy", .secondColon),
  ])
  func tellsWhatIsMalformed(value: String, malformation: AuthorizationFault.Malformation) {
    #expect(fault(value) == .malformed(malformation))
  }

  @Test(arguments: ["Bearer token", "Bearer", "UpToken ak:sign:policy", "QBoxes ak:sign", " QBox ak:sign"])
  func tellsUnknownSchemes(value: String) {
    #expect(fault(value) == .unknownScheme)
  }
}

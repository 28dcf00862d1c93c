import Foundation
import TestSupport
import Testing

@testable import HTTPServer

/// Certificates of the user's own.
struct TLSServerContextTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  private static let now = SystemClock.wall / 1_000_000_000

  /// A private key with a passphrase, which nobody is asked for.
  private static let encryptedKey = """
    -----BEGIN ENCRYPTED PRIVATE KEY-----
    MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhwZMlqymBlNQICCAAw
    DAYIKoZIhvcNAgkFADAdBglghkgBZQMEAQIEEMvIxO/L5cOHOPTCqEXdTp8EgZBx
    QkNKnmII2QWN8CmFgalK6t0hdRMrsMFHNrdHFtofEeSsfe9HNkASFOK8enaE9ICF
    0229yIx/reVTPoZLBQBZZREubszhfXfau/PsJ4UwN5hEwcP4igy7Dp0evoFF5PUo
    JESDAbkqH/TDl/XiZeP+aLVuHHiWGIC3DNd8sswSsWRIuh7zhAM8x3MXYId2rIY=
    -----END ENCRYPTED PRIVATE KEY-----

    """

  private func withFiles(_ body: (_ certificate: String, _ key: String, _ other: String) throws -> Void) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer {
      #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) }
    }
    let authority = try TestAuthority.shared.get()
    let identity = try authority.issue(for: ["own.example"], now: Self.now)
    let other = try authority.issue(for: ["other.example"], now: Self.now)
    func write(_ pem: [UInt8], _ name: String) throws -> String {
      let file = folder.appendingPathComponent(name)
      try Data(pem).write(to: file)
      return file.path
    }
    try body(
      write(identity.certificatePEM + authority.certificatePEM, "cert.pem"), write(identity.keyPEM, "key.pem"),
      write(other.keyPEM, "other.pem"))
  }

  @Test func theyAreShown() throws {
    try withFiles { certificate, key, _ in
      let address = try SocketAddress(host: "127.0.0.1", port: 0)
      let context = try TLSServerContext(certificateFile: certificate, keyFile: key)
      let server = try HTTPServer(
        address: address, tls: TLSListening(address: address, context: context), loops: 1, limits: ServerLimits()
      ) { _, _ in EchoHandler(plan: .whole(closes: false)) }
      defer { server.stop(graceMilliseconds: 0) }
      var settings = RawTLS.Settings()
      settings.trusted = try TestAuthority.shared.get().certificatePEM
      settings.verifiedName = "own.example"
      #expect(throws: Never.self) {
        try RawClient(port: server.port(for: .tls), over: .tls, settings: settings)
      }
    }
  }

  @Test func aFileThatCannotBeUsedIsNamed() throws {
    try withFiles { certificate, key, other in
      let encrypted = folder.appendingPathComponent("encrypted.pem").path
      try Self.encryptedKey.write(toFile: encrypted, atomically: true, encoding: .utf8)
      for (badCertificate, badKey, named) in [
        (certificate, other, other), (certificate, certificate, certificate), (key, key, key),
        (certificate, encrypted, encrypted), (certificate, "/none", "/none"), ("/none", key, "/none"),
        (folder.path, key, folder.path),
      ] {
        #expect {
          try TLSServerContext(certificateFile: badCertificate, keyFile: badKey)
        } throws: { error in
          "\(error)".hasPrefix("\(named): no ")
        }
      }
    }
  }
}

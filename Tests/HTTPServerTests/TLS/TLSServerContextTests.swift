import TestSupport
import Testing

@testable import HTTPServer

/// Certificates of the user's own.
struct TLSServerContextTests {
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

  private struct Material {
    var certificate: [UInt8]
    var key: [UInt8]
    /// The key of another certificate.
    var other: [UInt8]

    init() throws {
      let authority = try TestAuthority.shared.get()
      let identity = try authority.issue(for: ["own.example"], now: TLSServerContextTests.now)
      certificate = try identity.certificatePEM + authority.certificatePEM
      key = try identity.keyPEM
      other = try authority.issue(for: ["other.example"], now: TLSServerContextTests.now).keyPEM
    }
  }

  private func context(_ certificate: [UInt8], _ key: [UInt8]) throws -> TLSServerContext {
    try TLSServerContext(certificate: certificate, key: key, names: (certificate: "cert.pem", key: "key.pem"))
  }

  /// The one that leads to what the client trusts is shown with it, and the key may lie in the same file.
  @Test(arguments: [true, false])
  func theyAreShown(isOneFile: Bool) throws {
    let material = try Material()
    let address = try SocketAddress(host: "127.0.0.1", port: 0)
    let both = material.key + material.certificate
    let context = try isOneFile ? context(both, both) : context(material.certificate, material.key)
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

  @Test func theFileThatCannotBeUsedIsNamed() throws {
    let material = try Material()
    let damaged = Array("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".utf8)
    for (certificate, key, named) in [
      (material.certificate, material.other, "key.pem"), (material.certificate, material.certificate, "key.pem"),
      (material.certificate, Array(Self.encryptedKey.utf8), "key.pem"), (material.certificate, [], "key.pem"),
      (material.key, material.key, "cert.pem"), ([], material.key, "cert.pem"),
      (material.certificate + damaged, material.key, "cert.pem"),
      (damaged + material.certificate, material.key, "cert.pem"),
    ] {
      #expect {
        try context(certificate, key)
      } throws: { error in
        "\(error)".hasPrefix("\(named): no ")
      }
    }
  }
}

import TestSupport
import Testing

@testable import HTTPServer

struct CertificateAuthorityTests {
  private static let now = SystemClock.wall / 1_000_000_000
  private static let day: Int64 = 86_400
  private static let names = ["api.qiniu.com", "*.qiniu.com", "localhost", "127.0.0.1", "::1"]

  private func authority(now: Int64 = now) throws -> CertificateAuthority {
    try CertificateAuthority(commonName: "test", now: now)
  }

  /// What a client finds wrong with a server that shows the certificate; nil if nothing is.
  private func fault(
    _ identity: TLSIdentity, trusting authority: CertificateAuthority, as name: String
  ) throws -> String? {
    let address = try SocketAddress(host: "127.0.0.1", port: 0)
    let tls = TLSListening(address: address, context: try TLSServerContext(identity))
    let server = try HTTPServer(address: address, tls: tls, loops: 1, limits: ServerLimits()) { _, _ in
      EchoHandler(plan: .whole(closes: false))
    }
    defer { server.stop(graceMilliseconds: 0) }
    var settings = RawTLS.Settings()
    settings.trusted = authority.certificatePEM
    settings.verifiedName = name
    do {
      _ = try RawClient(port: server.port(for: .tls), over: .tls, settings: settings)
      return nil
    } catch RawClient.Failure.tls(let reason) {
      return reason
    }
  }

  @Test(arguments: ["api.qiniu.com", "uc.qiniu.com", "localhost", "127.0.0.1", "::1"])
  func aCertificateIsGoodForItsNames(name: String) throws {
    let authority = try authority()
    #expect(try fault(authority.issue(for: Self.names, now: Self.now), trusting: authority, as: name) == nil)
  }

  @Test(arguments: [
    ("qiniu.com", "hostname mismatch"), ("a.b.qiniu.com", "hostname mismatch"), ("example.com", "hostname mismatch"),
    ("127.0.0.2", "IP address mismatch"), ("::2", "IP address mismatch"),
  ])
  func itIsGoodForNoOthers(name: String, reason: String) throws {
    let authority = try authority()
    #expect(try fault(authority.issue(for: Self.names, now: Self.now), trusting: authority, as: name) == reason)
  }

  @Test func anotherAuthorityOfTheSameNameIsNotTrusted() throws {
    let identity = try authority().issue(for: Self.names, now: Self.now)
    #expect(try fault(identity, trusting: authority(), as: "localhost") != nil)
  }

  @Test(arguments: [
    (-398 * day, "certificate has expired"), (-396 * day, nil), (0, nil), (3000, nil),
    (2 * 3600, "certificate is not yet valid"),
  ])
  func itLastsForAboutAYear(sinceNow: Int64, reason: String?) throws {
    let authority = try authority(now: Self.now - 400 * Self.day)
    let identity = try authority.issue(for: Self.names, now: Self.now + sinceNow)
    #expect(try fault(identity, trusting: authority, as: "localhost") == reason)
  }

  @Test func whatIsKeptIsTheSameAuthority() throws {
    let first = try authority()
    let second = try CertificateAuthority(pem: first.pem)
    #expect(first.certificatePEM == second.certificatePEM)
    #expect(try fault(second.issue(for: Self.names, now: Self.now), trusting: first, as: "localhost") == nil)
    #expect(!String(decoding: first.certificatePEM, as: UTF8.self).contains("PRIVATE"))
  }

  @Test(
    arguments: [
      (-2 * 3600, .notYet), (0, .lasting), (3619 * day, .lasting), (3621 * day, .ending), (4000 * day, .ending),
    ] as [(Int64, CertificateAuthority.Validity)])
  func itIsUsedWhileItLasts(sinceMade: Int64, validity: CertificateAuthority.Validity) throws {
    let kept = try CertificateAuthority(pem: authority().pem)
    #expect(kept.validity(at: Self.now + sinceMade) == validity)
  }

  @Test func whatIsNoAuthorityIsNotUsed() throws {
    let authority = try authority()
    let server = try authority.issue(for: Self.names, now: Self.now)
    for (bad, reason) in [
      ([], "no certificate"), (Array("nonsense".utf8), "no certificate"),
      (authority.certificatePEM, "no private key"), (try server.keyPEM, "no certificate"),
      (Array(try authority.pem.dropLast(100)), "no certificate"),
      (try server.keyPEM + authority.certificatePEM, "the private key is not"),
      (try server.keyPEM + server.certificatePEM, "the certificate is none of an authority"),
    ] as [([UInt8], String)] {
      #expect {
        try CertificateAuthority(pem: bad)
      } throws: { error in
        "\(error)".hasPrefix(reason)
      }
    }
  }
}

import Foundation
import PfopMock
import TestSupport
import Testing

/// `serve --tls`, as whoever runs the program sees it.
struct ServeTLSTests {
  private static let arguments = ["--port", "0", "--tls", "--tls-port", "0"]

  /// Makes a request over TLS of whoever trusts that certificate.
  private func isAlive(_ port: UInt16, trusting pem: String, as name: String) throws -> Bool {
    var settings = RawTLS.Settings()
    settings.trusted = Array(pem.utf8)
    settings.verifiedName = name
    let client = try RawClient(port: port, over: .tls, settings: settings)
    try client.send("GET /__admin/health HTTP/1.1\r\nHost: h\r\n\r\n")
    return try client.readResponse().status == 200
  }

  private func run(_ arguments: [String], cache: String) throws -> MockProcess {
    try MockProcess(arguments, environment: ["XDG_CACHE_HOME": cache])
  }

  @Test func theReadyLineSaysWhere() throws {
    let folder = try TemporaryFolder()
    let process = try run(Self.arguments, cache: folder.path("cache"))
    let (port, tlsPort) = (try process.readyPort(), try process.readyTLSPort())
    process.send(SIGTERM)
    let ended = try process.end()
    let url = "http://127.0.0.1:\(port)"
    #expect(ended.code == 0)
    #expect(
      ended.output
        == "pfop-mock ready url=\(url) admin=\(url)/__admin/ pid=\(process.pid) tls=https://127.0.0.1:\(tlsPort)\n")
  }

  @Test func whoTrustsItOnceDoesSoAfterTheNextStart() throws {
    let folder = try TemporaryFolder()
    let file = folder.path("ca.pem")
    let first = try run(Self.arguments + ["--tls-ca-out", file], cache: folder.path("cache"))
    for name in ["api.qiniu.com", "api-z1.qiniuapi.com", "rs.qbox.me", "localhost", "127.0.0.1", "::1"] {
      #expect(try isAlive(first.readyTLSPort(), trusting: folder.read("ca.pem"), as: name), "\(name)")
    }
    first.send(SIGTERM)
    #expect(try first.end().code == 0)
    let second = try run(Self.arguments, cache: folder.path("cache"))
    #expect(try isAlive(second.readyTLSPort(), trusting: folder.read("ca.pem"), as: "api.qiniu.com"))
    // Without a cache folder of its own it is in the home folder.
    let home = try MockProcess(Self.arguments, environment: ["XDG_CACHE_HOME": "", "HOME": folder.path("home")])
    _ = try home.readyTLSPort()
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("home/.cache")) == ["pfop-mock"])
  }

  @Test func theCallTellsTheSameCertificateAsTheFile() throws {
    let folder = try TemporaryFolder()
    let process = try run(
      Self.arguments + ["--tls-ca-out", folder.path("ca.pem")], cache: folder.path("cache"))
    let client = try RawClient(port: process.readyPort())
    try client.send("GET /__admin/ca.pem HTTP/1.1\r\nHost: localhost\r\n\r\n")
    let answer = try client.readResponse()
    #expect(answer["Content-Type"] == "application/x-pem-file")
    #expect(try answer.text == folder.read("ca.pem"))
    #expect(answer.text.hasPrefix("-----BEGIN CERTIFICATE-----\n"))
    #expect(!answer.text.contains("PRIVATE"))
    // Whoever asks for it does so before anything is trusted, so others than this machine's user may read the file.
    let mode = try FileManager.default.attributesOfItem(atPath: folder.path("ca.pem"))[.posixPermissions] as? Int
    #expect(mode == 0o644)
  }

  @Test func ownCertificatesAreShown() throws {
    let folder = try TemporaryFolder()
    // The authority's own file will do as somebody's certificate with its key.
    let first = try run(Self.arguments, cache: folder.path("cache"))
    _ = try first.readyPort()
    let own = folder.path("cache/pfop-mock/authority.pem")
    let second = try run(
      Self.arguments + ["--tls-cert", own, "--tls-key", own], cache: folder.path("unused"))
    let client = try RawClient(port: second.readyTLSPort(), over: .tls)
    try client.send("GET /__admin/ca.pem HTTP/1.1\r\nHost: localhost\r\n\r\n")
    let answer = try client.readResponse()
    #expect(answer.status == 404)
    #expect(answer.text.contains("--tls-cert"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("unused")))
  }

  @Test func whatCannotBeReadOrWrittenIsNamed() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("no folder", to: "file")
    for (arguments, cache, line) in [
      ([], file, "TLS: \(file)/pfop-mock/authority.pem: cannot be read: Not a directory"),
      (
        ["--tls-ca-out", "\(file)/ca.pem"], folder.path("c"), "TLS: \(file)/ca.pem: cannot be written: Not a directory"
      ),
      (["--tls-cert", file, "--tls-key", file], folder.path("c"), "TLS: \(file): no certificate in PEM can be read"),
    ] {
      let ended = try MockProcess.run(Self.arguments + arguments, environment: ["XDG_CACHE_HOME": cache])
      #expect(ended.code == 1)
      #expect(ended.output == "")
      #expect(ended.errors.hasPrefix("pfop-mock: \(line)"), "\(ended.errors)")
      #expect(ended.errors.count { $0 == "\n" } == 1)
    }
  }

  @Test func anAuthorityThatIsDamagedOrOpenToOthersStartsNothing() throws {
    let folder = try TemporaryFolder()
    let first = try run(Self.arguments, cache: folder.path("cache"))
    _ = try first.readyPort()
    first.send(SIGTERM)
    #expect(try first.end().code == 0)
    let file = folder.path("cache/pfop-mock/authority.pem")
    let environment = ["XDG_CACHE_HOME": folder.path("cache")]
    #expect(chmod(file, 0o644) == 0)
    let open = try MockProcess.run(Self.arguments, environment: environment)
    #expect(open.code == 1)
    #expect(open.errors.hasSuffix("mode is 0644; allowed: access for its owner alone: chmod 600 '\(file)'\n"))
    #expect(chmod(file, 0o600) == 0)
    let pem = try folder.read("cache/pfop-mock/authority.pem")
    try folder.write(String(pem.dropLast(100)), to: "cache/pfop-mock/authority.pem")
    #expect(chmod(file, 0o600) == 0)
    let damaged = try MockProcess.run(Self.arguments, environment: environment)
    #expect(damaged.code == 1)
    #expect(damaged.errors.hasPrefix("pfop-mock: TLS: \(file): the CA cannot be used: no certificate"))
    #expect(try folder.read("cache/pfop-mock/authority.pem") == String(pem.dropLast(100)))
  }

  @Test func aClientThatDoesNotTrustItIsToldOfInTheLog() throws {
    let folder = try TemporaryFolder()
    let process = try run(Self.arguments, cache: folder.path("cache"))
    let port = try process.readyTLSPort()
    let other = try run(
      Self.arguments + ["--tls-ca-out", folder.path("other.pem")], cache: folder.path("other"))
    _ = try other.readyPort()
    #expect(throws: RawClient.Failure.self) {
      try isAlive(port, trusting: folder.read("other.pem"), as: "localhost")
    }
    try process.waitForErrors("TLS handshake failed: ")
    try process.waitForErrors("the client does not trust the certificate: see --tls-ca-out and GET /__admin/ca.pem\n")
  }
}

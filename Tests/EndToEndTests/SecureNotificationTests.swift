import Foundation
import HTTPServer
import PfopMock
import TestSupport
import Testing

/// Notifications to receivers over TLS.
struct SecureNotificationTests {
  private static let now = Int64(Date().timeIntervalSince1970)
  private let authority: CertificateAuthority
  private let caFile: String

  init() throws {
    authority = try CertificateAuthority(commonName: "receivers", now: Self.now)
    caFile = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).pem").path
  }

  private func receiver(for names: [String], now: Int64 = now, by authority: CertificateAuthority? = nil) throws
    -> Receiver
  {
    try Receiver(identity: try (authority ?? self.authority).issue(for: names, now: now))
  }

  /// What became of one notification to `url`, of a server that trusts `authority`.
  private func delivery(to url: String) throws -> [String: Any] {
    try Data(authority.certificatePEM).write(to: URL(fileURLWithPath: caFile))
    // It is read at the start.
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: caFile) } }
    let mock = try MockServer {
      $0.clock = .manual
      $0.notifyTries = 1
      $0.notifyDeadline = .milliseconds(500)
      $0.notifyCAFile = caFile
    }
    _ = try mock.pfop { $0.with("notifyURL", url) }
    try mock.advance("0")
    return try #require(try mock.deliveries().first)
  }

  @Test(arguments: ["127.0.0.1", "localhost"])
  func aReceiverThatIsTrustedIsTold(name: String) throws {
    let receiver = try receiver(for: [name])
    let delivery = try delivery(to: receiver.url.replacing("127.0.0.1", with: name))
    #expect(delivery["outcome"] as? String == "delivered", "\(delivery)")
    #expect(delivery["answer"] as? String == "seen")
    #expect(receiver.requests.count == 1)
  }

  @Test func aReceiverOfAnotherAuthorityIsNot() throws {
    let other = try CertificateAuthority(commonName: "others", now: Self.now)
    try expectFailure(
      of: receiver(for: ["127.0.0.1"], by: other),
      "connected, but TLS failed: the certificate is not trusted: unable to get local issuer certificate")
  }

  @Test(arguments: [
    (["example.com"], "IP address mismatch"), (["localhost", "127.0.0.2"], "IP address mismatch"),
  ])
  func aReceiverOfAnotherNameIsNot(names: [String], reason: String) throws {
    try expectFailure(
      of: receiver(for: names), "connected, but TLS failed: the certificate is not trusted: \(reason)")
  }

  @Test func aReceiverWhoseCertificateHasExpiredIsNot() throws {
    try expectFailure(
      of: receiver(for: ["127.0.0.1"], now: Self.now - 400 * 86_400),
      "connected, but TLS failed: the certificate is not trusted: certificate has expired")
  }

  @Test func aReceiverThatSpeaksPlainHTTPIsNot() throws {
    let receiver = try Receiver()
    let delivery = try delivery(to: receiver.url.replacing("http:", with: "https:"))
    #expect(delivery["outcome"] as? String == "failed")
    #expect((delivery["reason"] as? String)?.hasPrefix("connected, but TLS failed: TLS: ") == true, "\(delivery)")
    #expect(receiver.requests.isEmpty)
  }

  @Test func aReceiverThatNeverShakesHandsIsGivenUp() throws {
    let receiver = try SilentListener()
    let delivery = try delivery(to: "https://127.0.0.1:\(receiver.port)/done")
    #expect(delivery["outcome"] as? String == "failed")
    #expect((delivery["reason"] as? String)?.hasSuffix(" 500 ms") == true, "\(delivery)")
  }

  private func expectFailure(of receiver: Receiver, _ reason: String) throws {
    let delivery = try delivery(to: receiver.url)
    #expect(delivery["outcome"] as? String == "failed")
    #expect(delivery["reason"] as? String == reason)
    #expect(receiver.requests.isEmpty)
  }
}

/// Takes connections, and says nothing: the kernel does that for a socket that nobody accepts from.
private final class SilentListener {
  private let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
  let port: UInt16

  init() throws {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(descriptor, address, length) == 0 && listen(descriptor, 8) == 0
          && getsockname(descriptor, address, &length) == 0
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    guard result else { throw RawClient.Failure.connect(code: errno) }
  }

  deinit { close(descriptor) }
}

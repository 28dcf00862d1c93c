import Foundation
import Logging
import TestSupport
import Testing

@testable import PfopMock

struct PfopMockServerTests {
  private static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  /// A fixture file of a test's own, gone when the test is.
  private final class FixtureFile {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).yaml").path

    func write(_ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }

    deinit { _ = unlink(path) }
  }

  private func status(_ server: PfopMockServer, accessKey: String, bucket: String) throws -> Int {
    let body = "bucket=\(bucket)&key=k&fops=f&notifyURL=http://h/"
    let call = try SignedCall(
      method: "POST", url: "/pfop", contentType: SignedCall.formType, body: body, scheme: "QBox", accessKey: accessKey,
      secretKey: "s")
    let client = try RawClient(port: server.port)
    try client.send(
      "POST /pfop HTTP/1.1\r\nHost: h\r\nAuthorization: \(call.authorization)\r\nContent-Type: \(SignedCall.formType)\r\n"
        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    return try client.readResponse().status
  }

  @Test func withoutFixturesTheBuiltInOneIsServed() throws {
    let server = try PfopMockServer.start(logger: PfopMockServerTests.silent)
    defer { server.stop() }
    #expect(server.url == "http://127.0.0.1:\(server.port)")
    #expect(
      try FixtureSource(paths: []).load() == FixtureSource(paths: ["\(Checkout.root)/fixtures/default.yaml"]).load())
  }

  @Test func severalServersDoNotKnowOfEachOther() throws {
    let servers = try (0..<3).map { _ in try PfopMockServer.start(logger: PfopMockServerTests.silent) }
    #expect(Set(servers.map(\.port)).count == 3)
    for server in servers { server.stop() }
  }

  @Test func reloadingChangesAccountsAndBucketsAndABadFileChangesNothing() throws {
    let file = FixtureFile()
    try file.write("accounts: [{accessKey: one, secretKey: s}]\nbuckets: {a: {keys: [k]}}\n")
    var configuration = Configuration()
    configuration.fixtures = [file.path]
    let server = try PfopMockServer.start(configuration, logger: PfopMockServerTests.silent)
    defer { server.stop() }
    #expect(try status(server, accessKey: "one", bucket: "a") == 200)
    #expect(try status(server, accessKey: "two", bucket: "b") == 401)

    try file.write("accounts: [{accessKey: two, secretKey: s}]\nbuckets: {b: {keys: [k]}}\n")
    try server.reload()
    #expect(try status(server, accessKey: "one", bucket: "a") == 401)
    #expect(try status(server, accessKey: "two", bucket: "a") == 404)
    #expect(try status(server, accessKey: "two", bucket: "b") == 200)

    try file.write("accounts: [{accessKey: three, secretKey: s}]\nbukets: {c: {keys: [k]}}\n")
    #expect { try server.reload() } throws: { error in
      "\(error)".hasPrefix("\(file.path):2:1: ") && "\(error)".contains("buckets")
    }
    #expect(try status(server, accessKey: "two", bucket: "b") == 200)
    #expect(server.journal.last?.id == 3)
  }

  @Test(arguments: ["256.1.1.1", "no such host", "host.invalid"])
  func aHostThatIsNoneIsNamed(host: String) {
    var configuration = Configuration()
    configuration.host = host
    #expect { try PfopMockServer.start(configuration, logger: PfopMockServerTests.silent) } throws: { error in
      "\(error)".contains(host)
    }
  }
}

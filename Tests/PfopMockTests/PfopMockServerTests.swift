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
    let client = try RawClient(port: server.port)
    try client.send(request(accessKey: accessKey, bucket: bucket))
    return try client.readResponse().status
  }

  private func request(accessKey: String, bucket: String) throws -> String {
    let body = "bucket=\(bucket)&key=k&fops=f&notifyURL=http://h/"
    let call = try SignedCall(
      method: "POST", url: "/pfop", contentType: SignedCall.formType, body: body, scheme: "QBox", accessKey: accessKey,
      secretKey: "s")
    return
      "POST /pfop HTTP/1.1\r\nHost: h\r\nAuthorization: \(call.authorization)\r\nContent-Type: \(SignedCall.formType)\r\n"
      + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  @Test func withoutFixturesTheBuiltInOneIsServed() throws {
    let server = try PfopMockServer.start(logger: PfopMockServerTests.silent)
    defer { server.stop() }
    #expect(server.url == "http://127.0.0.1:\(server.port)")
    #expect(
      try FixtureSource(paths: []).load() == FixtureSource(paths: ["\(Checkout.root)/fixtures/default.yaml"]).load())
  }

  /// They are no mistakes: the server starts, and the fixture replaces the one before.
  @Test func whatCanNeverComeTrueIsWarnedOf() throws {
    let file = FixtureFile()
    let text = "accounts: [{accessKey: a, secretKey: s}]\nbuckets: {b: {keys: [k]}}\nrules:\n"
    func rule(_ bucket: String) -> String { "  - {when: {bucket: \(bucket)}, then: {status: 500}}\n" }
    try file.write(text + rule("c"))
    var configuration = Configuration()
    configuration.fixtures = [file.path]
    let lines = LogLines()
    let server = try PfopMockServer.start(configuration, logger: lines.logger(level: .warning))
    try file.write(text + (0..<23).map { rule("d\($0)") }.joined())
    try server.reload()
    #expect(try status(server, accessKey: "a", bucket: "d5") == 500)
    server.stop()
    let warnings = lines.all
    #expect(warnings.count == 22)
    #expect(warnings.first?.hasPrefix("warning \(file.path):4:21: rules[0].when.bucket: no bucket of the") == true)
    #expect(warnings.last == "warning 3 more remarks on the fixture; pfop-mock check tells them all")
  }

  /// RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5.
  @Test(arguments: [(204, nil), (205, "0"), (304, nil)] as [(Int, String?)])
  func anAnswerWithoutContentLeavesTheConnectionInStep(status: Int, length: String?) throws {
    let file = FixtureFile()
    try file.write("accounts: [{accessKey: a, secretKey: s}]\nbuckets: {b: {keys: [k], then: {status: \(status)}}}\n")
    var configuration = Configuration()
    configuration.fixtures = [file.path]
    let server = try PfopMockServer.start(configuration, logger: PfopMockServerTests.silent)
    defer { server.stop() }
    let client = try RawClient(port: server.port)
    try client.send(request(accessKey: "a", bucket: "b") + "GET /__admin/health HTTP/1.1\r\nHost: x\r\n\r\n")
    let answer = try client.readResponse()
    #expect(answer.status == status)
    #expect(answer["Content-Length"] == length)
    #expect(answer["Content-Type"] == nil)
    #expect(answer["X-Reqid"] != nil)
    #expect(try client.readResponse().text == #"{"status": "alive"}"#)
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

  @Test(arguments: [-1, 0, 65, 1000])
  func aNumberOfLoopsOutOfRangeStartsNothing(count: Int) {
    var configuration = Configuration()
    configuration.loops = count
    let failure = #expect(throws: StartFailure.self) {
      try PfopMockServer.start(configuration, logger: PfopMockServerTests.silent)
    }
    #expect(failure?.problems == ["loops: \(count) is out of range; allowed: 1 to 64"])
  }

  @Test func everyPropertyOutOfItsRangeIsNamed() {
    var configuration = Configuration()
    configuration.idStart = 0
    configuration.maxJobs = 0
    configuration.maxMemory = 1
    configuration.journalCapacity = .max
    configuration.notifyTries = 300
    configuration.notifyBackoff = .seconds(-1)
    configuration.notifyConcurrency = 0
    let failure = #expect(throws: StartFailure.self) {
      try PfopMockServer.start(configuration, logger: PfopMockServerTests.silent)
    }
    #expect(
      failure?.problems.map { $0.prefix { $0 != " " } } == [
        "maxMemory", "idStart", "maxJobs", "journalCapacity", "notifyTries", "notifyBackoff", "notifyConcurrency",
      ])
    #expect(failure?.problems.contains("notifyTries 300 is out of range; allowed: 1 to 100") == true)
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

import Logging
import TestSupport
import Testing

@testable import PfopMock

struct PfopMockServerScriptingTests {
  private static let fixture = """
    accounts: [{accessKey: a, secretKey: s}, {accessKey: b, secretKey: t}]
    buckets: {media: {keys: [k], job: {processing: 10s}}}
    """

  private func start(
    _ fixture: String = PfopMockServerScriptingTests.fixture, clock: Configuration.Clock = .manual
  ) throws -> PfopMockServer {
    var configuration = Configuration()
    configuration.fixtureText = fixture
    configuration.clock = clock
    return try PfopMockServer.start(configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  private func answer(
    _ server: PfopMockServer, bucket: String = "media", accessKey: String? = nil
  ) throws -> RawResponse {
    let form = "bucket=\(bucket)&key=k&fops=f&notifyURL=http://192.0.2.1/"
    let client = try RawClient(port: server.port)
    try client.send(
      "POST /pfop HTTP/1.1\r\nHost: h\r\nContent-Type: \(SignedCall.formType)\r\nContent-Length: \(form.utf8.count)\r\n"
        + "Authorization: \(server.authorization(forForm: form, accessKey: accessKey))\r\n\r\n\(form)")
    return try client.readResponse()
  }

  @Test func aFixtureIsATextAsWell() throws {
    let server = try start()
    defer { server.stop() }
    #expect(try answer(server).status == 200)
    #expect(try answer(server, accessKey: "b").status == 200)
    // The one that is built in does not count beside it.
    #expect(try answer(server, bucket: "outcome-599").status == 404)
    try server.reload()
    #expect(try answer(server).status == 200)
  }

  @Test func aTextWithAMistakeIsToldByItsPlace() {
    #expect { try start("accounts: [{accessKey: a, secretKey: s}]\nbukets: {}\n") } throws: { error in
      "\(error)".hasPrefix("fixtureText:2:1: bukets: ") && "\(error)".contains("did you mean buckets?")
    }
  }

  @Test func aTextComesBesideFiles() throws {
    var configuration = Configuration()
    configuration.fixtures = ["\(Checkout.root)/fixtures/default.yaml"]
    configuration.fixtureText = "buckets: {mine: {keys: [k]}}"
    let server = try PfopMockServer.start(configuration)
    defer { server.stop() }
    #expect(try answer(server, bucket: "mine").status == 200)
    #expect(try answer(server, bucket: "outcome-599").status == 599)
  }

  @Test func rulesComeAndGo() throws {
    let server = try start()
    defer { server.stop() }
    let id = try server.addRule(
      """
      name: busy
      when: {bucket: media}
      then: [{status: 599, error: busy}, {accept: true}]
      """)
    #expect(try answer(server).text.contains(#""error": "busy""#))
    #expect(try answer(server).status == 200)
    #expect(server.removeRule(id))
    #expect(!server.removeRule(id))
    let other = try server.addRule(#"{"then": {"status": 503}}"#)
    #expect(other > id)
    #expect(try answer(server).status == 503)
  }

  @Test(arguments: [
    ("{when: {buket: x}, then: {status: 500}}", "rule:1:9: when.buket: ", "did you mean bucket?"),
    ("{then: {status: 1}}", "rule:1:17: then.status: ", "200 to 999"),
    ("name: taken\nthen: {status: 500}", "rule: name: ", "is taken already, by rule 1"),
    ("{then", "rule:2:1: not YAML: ", ""), ("", "rule:1:1: the file is empty", ""), ("[]", "rule:1:1: ", "mapping"),
  ])
  func aRuleWithAMistakeIsRefused(rule: String, start: String, part: String) throws {
    let server = try self.start()
    defer { server.stop() }
    try server.addRule("{name: taken, when: {key: none}, then: {status: 500}}")
    #expect { try server.addRule(rule) } throws: { error in
      "\(error)".hasPrefix(start) && (part.isEmpty || "\(error)".contains(part))
    }
    #expect(try answer(server).status == 200)
  }

  @Test func bucketsComeAndAreReplaced() throws {
    let server = try start()
    defer { server.stop() }
    try server.putBucket("mine-*", "{keys: ['*']}")
    #expect(try answer(server, bucket: "mine-1").status == 200)
    try server.putBucket("mine-*", "{keys: ['*'], then: {status: 573}}")
    #expect(try answer(server, bucket: "mine-1").status == 573)
    #expect { try server.putBucket("mine-*", "{kees: []}") } throws: { "\($0)".hasPrefix("bucket:1:2: kees: ") }
    #expect(try answer(server, bucket: "mine-1").status == 573)
  }

  @Test func aResetGoesBackToTheStart() throws {
    let server = try start()
    defer { server.stop() }
    try server.putBucket("mine", "{keys: [k]}")
    #expect(try answer(server).text == #"{"persistentId": 1}"#)
    #expect(try answer(server, bucket: "mine").text == #"{"persistentId": 2}"#)
    server.reset(bucket: "media")
    #expect(try server.requests().map(\.bucket) == ["mine"])
    #expect(try answer(server).text == #"{"persistentId": 3}"#)
    server.reset()
    #expect(try server.requests().isEmpty)
    #expect(try answer(server, bucket: "mine").status == 404)
    #expect(try answer(server).text == #"{"persistentId": 1}"#)
  }

  @Test func aHeldClockIsMoved() async throws {
    let server = try start()
    defer { server.stop() }
    #expect(try answer(server).status == 200)
    func status() throws -> String {
      let client = try RawClient(port: server.port)
      try client.send("GET /status/get/prefop?id=1 HTTP/1.1\r\nHost: h\r\n\r\n")
      return try client.readResponse().text
    }
    try await server.advance(by: .seconds(9))
    #expect(try status().contains(#""code": 2"#))
    try await server.advance(by: .seconds(1))
    #expect(try status().contains(#""desc": "The fop was completed successfully""#))
  }

  @Test(arguments: [Duration.seconds(-1), .seconds(8761 * 3600)])
  func aSpanThatIsNoneIsRefused(span: Duration) async throws {
    let server = try start()
    defer { server.stop() }
    await #expect { try await server.advance(by: span) } throws: { "\($0)".contains("allowed: 0 to 8760h") }
  }

  @Test func aClockIsNotMovedBehindItsEnd() async throws {
    let server = try start()
    defer { server.stop() }
    let year = Duration.seconds(8760 * 3600)
    await #expect {
      for _ in 0..<300 { try await server.advance(by: year) }
    } throws: { error in
      "\(error)".contains("the clock has not moved") && "\(error)".hasSuffix("2261-01-01T08:00:00.000+08:00")
    }
    try await server.advance(by: .zero)
  }

  @Test func aClockThatRunsIsNotMoved() async throws {
    let server = try start(clock: .real)
    defer { server.stop() }
    await #expect { try await server.advance(by: .seconds(1)) } throws: { "\($0)".contains("clock = .manual") }
  }

  @Test func behindTheEndNobodyWaits() async throws {
    let server = try start()
    server.stop()
    await #expect { try await server.advance(by: .seconds(1)) } throws: { "\($0)" == "the server is stopping" }
  }

  @Test func onlyWhoHasAnAccountSigns() throws {
    let server = try start()
    defer { server.stop() }
    #expect { try server.authorization(forForm: "", accessKey: "c") } throws: { "\($0)".hasSuffix("there are: a, b") }
    #expect { try server.authorization(forForm: "", path: "no path") } throws: { "\($0)".contains("allowed: http") }
  }
}

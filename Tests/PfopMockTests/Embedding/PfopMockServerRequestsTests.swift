import Logging
import TestSupport
import Testing

@testable import PfopMock

struct PfopMockServerRequestsTests {
  private let server: PfopMockServer

  init() throws {
    server = try PfopMockServer.start(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  private func send(key: String = "video.mp4", bucket: String = "media") throws {
    let form = "bucket=\(bucket)&key=\(key)&fops=avthumb/mp4&notifyURL=http://192.0.2.1/&pipeline=p"
    let client = try RawClient(port: server.port)
    try client.send(
      "POST /pfop?a=1 HTTP/1.1\r\nHost: h\r\nUser-Agent: test/1\r\nContent-Type: \(SignedCall.formType)\r\n"
        + "Content-Length: \(form.utf8.count)\r\n"
        + "Authorization: \(server.authorization(forForm: form, path: "/pfop?a=1"))\r\n\r\n\(form)")
    _ = try client.readResponse()
  }

  @Test func aRequestIsToldAsItCame() throws {
    defer { server.stop() }
    try send()
    try send(key: "none")
    let requests = try server.requests()
    #expect(requests.map(\.number) == [0, 1])
    let first = requests[0]
    #expect(first.method == "POST" && first.target == "/pfop?a=1" && first.userAgent == "test/1")
    #expect(first.bucket == "media" && first.key == "video.mp4" && first.fops == "avthumb/mp4" && first.pipeline == "p")
    #expect(first.notifyURL == "http://192.0.2.1/" && first.accessKey.hasPrefix("testak-"))
    #expect(first.persistentID == 1 && first.status == 200 && first.decidedBy == "accepted" && first.diagnosis == "")
    #expect(first.reqid == server.journal[0].reqid && !first.reqid.isEmpty)
    #expect(requests[1].status == 404 && requests[1].decidedBy == "key" && requests[1].persistentID == 0)
    #expect(try server.requests("{status: 400.., key: no*}") == [requests[1]])
  }

  @Test func moreThanOneLookTakes() throws {
    defer { server.stop() }
    for _ in 0..<3 { try send() }
    let client = try RawClient(port: server.port)
    try client.send(String(repeating: "GET /status/get/prefop?id=9 HTTP/1.1\r\nHost: h\r\n\r\n", count: 600))
    for _ in 0..<600 { _ = try client.readResponse() }
    #expect(try server.requests("{method: GET}").count == 600)
    #expect(try server.requests("{method: POST}").count == 3)
  }

  @Test func whatIsExpectedIsVerified() async throws {
    defer { server.stop() }
    for _ in 0..<2 { try send() }
    try await server.verify()
    try await server.verify("{bucket: media}", exactly: 2)
    try await server.verify("{bucket: media}", atLeast: 1, atMost: 2)
    try await server.verify("{bucket: other}", exactly: 0)
    try await server.verify("{bucket: other}", atMost: 3)
    await #expect { try await server.verify("{bucket: media}", exactly: 3) } throws: { error in
      "\(error)" == "2 requests meet the criteria, expected: exactly 3"
    }
    await #expect { try await server.verify("{bucket: other, key: video.mp4}") } throws: { error in
      let lines = "\(error)".split(separator: "\n")
      return lines[0] == "0 requests meet the criteria, expected: at least 1"
        && lines[1] == "request 1, POST /pfop?a=1, 200: bucket is \"media\", asked for: other" && lines.count == 3
    }
    // More do not become fewer: nobody waits for that.
    await #expect(throws: VerificationFailure.self) { try await server.verify(exactly: 1, within: .seconds(3600)) }
  }

  @Test func whatIsToComeIsWaitedFor() async throws {
    defer { server.stop() }
    async let isVerified: Void = server.verify("{bucket: media}", exactly: 2, within: .seconds(30))
    for _ in 0..<2 { try send() }
    try await isVerified
    await #expect(throws: VerificationFailure.self) { try await server.verify(exactly: 3, within: .milliseconds(5)) }
  }

  @Test func criteriaThatAreNoneAreToldByTheirPlace() async throws {
    defer { server.stop() }
    #expect { try server.requests("{buket: x}") } throws: { error in
      "\(error)".hasPrefix("criteria:1:2: buket: ") && "\(error)".contains("did you mean bucket?")
    }
    await #expect { try await server.verify("{status: many}") } throws: { "\($0)".hasPrefix("criteria:1:10: status: ") }
  }

  @Test func whoWaitsIsToldOfTheEnd() async throws {
    let server = server
    async let end: VerificationFailure? = {
      do throws(VerificationFailure) {
        try await server.verify(within: .seconds(3600))
        return nil
      } catch {
        return error
      }
    }()
    server.stop()
    #expect(await end != nil)
    await #expect { try await server.verify() } throws: { "\($0)" == "the server is stopping" }
  }
}

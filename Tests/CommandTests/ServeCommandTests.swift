import Foundation
import PfopMock
import TestSupport
import Testing

/// `serve` from its start to its end, as whoever runs the program sees it.
struct ServeCommandTests {
  private static let fixture =
    "accounts: [{accessKey: someone, secretKey: the-secret}]\nbuckets: {BUCKET: {keys: [k]}}\n"

  private func status(_ port: UInt16, bucket: String, secretKey: String = "the-secret") throws -> Int {
    let body = "bucket=\(bucket)&key=k&fops=f&notifyURL=http://h/"
    let call = try SignedCall(
      method: "POST", url: "/pfop", contentType: SignedCall.formType, body: body, scheme: "QBox", accessKey: "someone",
      secretKey: secretKey)
    let client = try RawClient(port: port)
    try client.send(
      "POST /pfop HTTP/1.1\r\nHost: h\r\nAuthorization: \(call.authorization)\r\nContent-Type: \(SignedCall.formType)\r\n"
        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    return try client.readResponse().status
  }

  private func isAlive(_ port: UInt16) throws -> Bool {
    let client = try RawClient(port: port)
    try client.send("GET /__admin/health HTTP/1.1\r\nHost: h\r\n\r\n")
    return try client.readResponse().status == 200
  }

  /// A request that the server has begun to work on, as its interim answer proves, and that lacks its body.
  private func beginRequest(_ port: UInt16) throws -> RawClient {
    let client = try RawClient(port: port)
    try client.send("POST /pfop HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
    #expect(try client.readResponse().status == 100)
    return client
  }

  private func limit(_ process: MockProcess) throws -> Substring? {
    let limits = try String(contentsOfFile: "/proc/\(process.pid)/limits", encoding: .utf8)
    return limits.split(separator: "\n").first { $0.hasPrefix("Max open files") }
  }

  @Test func theReadyLineTellsTheAdminPort() throws {
    let process = try MockProcess(["serve", "--port", "0", "--admin-port", "0"])
    let port = try process.readyPort()
    let admin = try #require(process.output.firstMatch(of: /admin=(http:\/\/127\.0\.0\.1:\d+)\/__admin\/ pid/)).1
    #expect(!admin.hasSuffix(":\(port)"))
    #expect(try MockProcess.run(["healthcheck", "--url", String(admin)]).code == 0)
    #expect(try MockProcess.run(["healthcheck", "--url", "http://127.0.0.1:\(port)"]).code == 1)
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func theReadyLineIsAloneOnStandardOutputAndASignalEndsWithSuccess(signal: Int32) throws {
    let process = try MockProcess(["serve", "--port", "0"])
    let port = try process.readyPort()
    #expect(try isAlive(port))
    process.send(signal)
    let ended = try process.end()
    let url = "http://127.0.0.1:\(port)"
    #expect(ended.code == 0)
    #expect(ended.output == "pfop-mock ready url=\(url) admin=\(url)/__admin/ pid=\(process.pid)\n")
    #expect(throws: RawClient.Failure.connect(code: ECONNREFUSED)) { try RawClient(port: port) }
  }

  @Test func serveIsTheDefaultAndTakesItsFlagsFromTheEnvironment() throws {
    let folder = try TemporaryFolder()
    let fixture = try folder.write(Self.fixture, to: "f.yaml")
    let process = try MockProcess(
      [], environment: ["PFOP_MOCK_PORT": "0", "PFOP_MOCK_FIXTURE": fixture, "PFOP_MOCK_LOPS": "1"])
    #expect(try status(process.readyPort(), bucket: "BUCKET") == 200)
    try process.waitForErrors("warning: PFOP_MOCK_LOPS is not used: Unknown option '--lops'. Did you mean '--loops'?\n")
  }

  @Test func thePortFileIsThereOnlyWhileItListens() throws {
    let folder = try TemporaryFolder()
    try folder.write("1\n", to: "port")
    let process = try MockProcess([
      "--port", "0", "--port-file", folder.path("port"), "--grace", "24h", "--body-deadline", "24h",
    ])
    let port = try process.readyPort()
    #expect(try folder.read("port") == "\(port)\n")
    #expect(try folder.names == ["port"])

    // Gone as soon as no further connection is taken, however long the end takes.
    let client = try beginRequest(port)
    process.send(SIGTERM)
    try process.waitForErrors("stopping")
    #expect(try folder.names == [])
    client.leave()
    #expect(try process.end().code == 0)
  }

  @Test func requestsUnderWayAreFinished() throws {
    let process = try MockProcess(["--port", "0", "--loops", "1", "--grace", "24h", "--body-deadline", "24h"])
    let port = try process.readyPort()
    let idle = try RawClient(port: port)
    try idle.send("GET /__admin/health HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(try idle.readResponse().status == 200)
    let busy = try beginRequest(port)
    process.send(SIGTERM)
    // Its end shows that the loop has begun to stop.
    #expect(try idle.readToEnd() == [])
    try busy.send("ab")
    let response = try busy.readResponse()
    #expect(response.status == 401)
    #expect(response["Connection"] == "close")
    #expect(try busy.readToEnd() == [])
    #expect(try process.end().code == 0)
  }

  @Test(arguments: ["real", "manual"])
  func scriptedWaitsAreNotWaitedFor(clock: String) throws {
    let folder = try TemporaryFolder()
    let rules = """
      rules:
        - { phase: request, when: { path: /v4/query }, then: { fault: hang } }
        - { phase: request, then: { status: 599, delay: 1h } }

      """
    let fixture = try folder.write(Self.fixture + rules, to: "f.yaml")
    let process = try MockProcess([
      "--port", "0", "--loops", "1", "--grace", "24h", "--clock", clock, "--fixture", fixture,
    ])
    let port = try process.readyPort()
    let clients = try ["/v4/query?ak=a&bucket=b", "/status/get/prefop?id=1"].map { target in
      let client = try RawClient(port: port)
      try client.send(
        "GET /__admin/health HTTP/1.1\r\nHost: h\r\n\r\nGET \(target) HTTP/1.1\r\nHost: h\r\n\r\n")
      // Leaves with the round in which the other is decided, or before.
      #expect(try client.readResponse().status == 200)
      return client
    }
    process.send(SIGTERM)
    #expect(try clients[1].readResponse().status == 599)
    clients[1].leave()
    #expect(try process.end().code == 0)
  }

  @Test func theGraceEnds() throws {
    let process = try MockProcess(["--port", "0", "--grace", "1ms", "--body-deadline", "24h"])
    let client = try beginRequest(process.readyPort())
    process.send(SIGTERM)
    #expect(try process.end().code == 0)
    withExtendedLifetime(client) {}
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func aSecondSignalEndsAtOnce(signal: Int32) throws {
    let process = try MockProcess(["--port", "0", "--grace", "24h", "--body-deadline", "24h"])
    let client = try beginRequest(process.readyPort())
    process.send(SIGTERM)
    try process.waitForErrors("stopping")
    // Only those two are about stopping.
    process.send(SIGHUP)
    process.send(signal)
    #expect(try process.end().code == 0)
    withExtendedLifetime(client) {}
  }

  /// In its place, as an editor saves it, and in a folder.
  @Test(arguments: ["f.yaml", ""])
  func fixturesAreLoadedAgainWhenTheyChange(watched: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.fixture, to: "f.yaml")
    let process = try MockProcess(["--port", "0", "--watch", "--fixture", folder.path(watched)])
    let port = try process.readyPort()
    #expect(try status(port, bucket: "other") == 404)
    // What lies beside it is no fixture.
    let saved = try folder.write(Self.fixture.replacing("BUCKET", with: "other"), to: "f.yaml.new")
    #expect(rename(saved, path) == 0)
    try process.waitForErrors("notice: the fixtures are loaded again\n")
    #expect(try status(port, bucket: "other") == 200)
  }

  /// Requests and admin calls of many clients at once, and a stop, with as many loops as are allowed.
  @Test func sixtyFourLoopsServe() throws {
    let process = try MockProcess(["--port", "0", "--loops", "64"])
    let port = try process.readyPort()
    let clients = try (0..<128).map { _ in try RawClient(port: port) }
    for client in clients { try client.send("GET /__admin/requests HTTP/1.1\r\nHost: localhost\r\n\r\n") }
    for client in clients { #expect(try client.readResponse().status == 200) }
    #expect(try status(port, bucket: "media", secretKey: "wrong") == 401)
    process.send(SIGTERM)
    #expect(try process.end().code == 0)
  }

  @Test func watchingNeedsSomethingToWatch() throws {
    let ended = try MockProcess.run(["--port", "0", "--watch"])
    #expect(ended.code == 64 && ended.output == "")
    #expect(ended.errors.contains("--watch needs --fixture"))
  }

  @Test func fixturesAreLoadedAgainOnRequest() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.fixture, to: "f.yaml")
    let process = try MockProcess(["--port", "0", "--fixture", path])
    let port = try process.readyPort()
    #expect(try status(port, bucket: "BUCKET") == 200)
    #expect(try status(port, bucket: "other") == 404)

    try folder.write(Self.fixture.replacing("BUCKET", with: "other"), to: "f.yaml")
    process.send(SIGHUP)
    try process.waitForErrors("notice: the fixtures are loaded again\n")
    #expect(try status(port, bucket: "BUCKET") == 404)
    #expect(try status(port, bucket: "other") == 200)

    try folder.write(Self.fixture.replacing("keys", with: "kes") + "rulez: []\n", to: "f.yaml")
    process.send(SIGHUP)
    try process.waitForErrors("error: the old fixtures stay in force\n")
    #expect(process.errors.contains("error: \(path):2:20: buckets.BUCKET.kes: "))
    #expect(process.errors.contains("error: \(path):3:1: rulez: "))
    #expect(try status(port, bucket: "other") == 200)
    process.send(SIGTERM)
    #expect(try process.end().code == 0)
  }

  @Test func theJournalGoesOnInANewFileOnRequest() throws {
    let folder = try TemporaryFolder()
    let process = try MockProcess(["--port", "0", "--journal-file", folder.path("journal")])
    let port = try process.readyPort()
    #expect(try status(port, bucket: "first") == 401)
    try FileManager.default.moveItem(atPath: folder.path("journal"), toPath: folder.path("moved"))
    process.send(SIGHUP)
    try process.waitForErrors("notice: the fixtures are loaded again\n")
    #expect(try status(port, bucket: "second") == 401)
    process.send(SIGTERM)
    #expect(try process.end().code == 0)
    let texts = try [folder.read("moved"), folder.read("journal")]
    #expect(texts[1].contains("second") && !texts[0].contains("second"))
    #expect((texts[0] + texts[1]).contains("first"))
  }

  @Test func aReaderThatHasGoneIsNoReasonToEnd() throws {
    let process = try MockProcess(["--port", "0", "--log-level", "debug"])
    process.stopReadingOutput()
    try process.waitForErrors("listening on http://127.0.0.1:")
    let port = try #require(process.errors.firstMatch(of: /127\.0\.0\.1:(\d+)/).flatMap { UInt16($0.1) })
    #expect(try isAlive(port))
    process.send(SIGTERM)
    #expect(try process.end().code == 0)
  }

  @Test func aStandardErrorThatIsNotReadHoldsUpNothing() throws {
    let process = try MockProcess(["--port", "0"], errorsAreStuck: true)
    let port = try process.readyPort()
    #expect(try status(port, bucket: "media") == 401)
    process.send(SIGHUP)
    process.send(SIGTERM)
    #expect(try process.end().code == 0)
  }

  /// Without standard output its number would go to a socket, and the ready line to a client.
  @Test func closedStandardStreamsAreReplaced() throws {
    let process = try MockProcess(
      ["-c", "exec \"$0\" --port 0 --log-level debug <&- >&-", MockProcess.program], program: "/bin/sh")
    try process.waitForErrors("listening on ")
    for number in 0...1 {
      let target = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process.pid)/fd/\(number)")
      #expect(target == "/dev/null")
    }
    process.send(SIGTERM)
    #expect(try process.end() == MockProcess.Ended(code: 0, output: "", errors: process.errors))
  }

  @Test func asManyDescriptorsAreAllowedAsCanBe() throws {
    let process = try MockProcess(
      ["-c", "ulimit -Sn 64; exec \"$0\" --port 0", MockProcess.program], program: "/bin/sh")
    _ = try process.readyPort()
    let figures = try #require(try limit(process)).split(separator: " ").dropFirst(3)
    #expect(figures.first == figures.dropFirst().first)
    #expect(figures.first != "64")
  }

  @Test func refusedRequestsHaveALineWithoutColourAndAcceptedOnesAtDebug() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.fixture, to: "f.yaml")
    for (level, isShown) in [("info", false), ("debug", true)] {
      let process = try MockProcess(["--port", "0", "--fixture", path, "--log-level", level])
      let port = try process.readyPort()
      #expect(try status(port, bucket: "BUCKET") == 200)
      #expect(try status(port, bucket: "\u{1B}[2J") == 404)
      process.send(SIGTERM)
      let errors = try process.end().errors
      #expect(errors.contains(" 404 POST /pfop "))
      #expect(errors.contains(" 200 POST /pfop BUCKET/k ") == isShown)
      #expect(!errors.contains("\u{1B}"))
    }
  }

  @Test func jsonLinesAreJSON() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.fixture, to: "f.yaml")
    let process = try MockProcess(["--port", "0", "--fixture", path, "--log-format", "json", "--log-level", "trace"])
    let port = try process.readyPort()
    #expect(try status(port, bucket: "BUCKET") == 200)
    #expect(try status(port, bucket: "\"\\\u{1B}中") == 404)
    process.send(SIGTERM)
    let objects = try process.end().errors.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
    #expect(objects.allSatisfy { $0["time"] is String && $0["level"] is String && $0["message"] is String })
    #expect(objects.compactMap { $0["status"] as? Int } == [200, 404])
    #expect(objects.compactMap { $0["bucket"] as? String } == ["BUCKET", "\"\\\u{1B}中"])
  }

  @Test(arguments: ["text", "json"])
  func secretsAreNotWritten(format: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.fixture, to: "f.yaml")
    let process = try MockProcess(["--port", "0", "--fixture", path, "--log-format", format, "--log-level", "trace"])
    let port = try process.readyPort()
    #expect(try status(port, bucket: "BUCKET") == 200)
    #expect(try status(port, bucket: "BUCKET", secretKey: "the-secret-mistyped") == 401)
    try folder.write(Self.fixture + "accounts: []\n", to: "f.yaml")
    process.send(SIGHUP)
    try process.waitForErrors("stay in force")
    process.send(SIGTERM)
    let ended = try process.end()
    #expect(ended.errors.contains("someone") || ended.errors.contains("signature"))
    #expect(!(ended.output + ended.errors).contains("the-secret"))
  }

  /// From the environment, so that it is in no list of processes either.
  @Test func theAdminTokenIsShownNowhere() throws {
    let process = try MockProcess(
      ["serve", "--port", "0", "--log-level", "debug"], environment: ["PFOP_MOCK_ADMIN_TOKEN": "open-sesame"])
    let client = try RawClient(port: process.readyPort())
    try client.send("GET /__admin/settings HTTP/1.1\r\nHost: localhost\r\n\r\n")
    #expect(try client.readResponse().status == 401)
    try client.send("GET /__admin/settings HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer open-sesame\r\n\r\n")
    #expect(try client.readResponse().status == 200)
    // Refused for something else, and so in the log.
    try client.send("GET /nix HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer open-sesame\r\n\r\n")
    #expect(try client.readResponse().status == 404)
    process.send(SIGTERM)
    let ended = try process.end()
    #expect(ended.code == 0)
    #expect(ended.errors.contains("GET /nix"))
    #expect(!(ended.output + ended.errors).contains("sesame"))
    let help = try MockProcess.run(["serve", "--help"], environment: ["PFOP_MOCK_ADMIN_TOKEN": "open-sesame"])
    #expect(help.output.contains("--admin-token"))
    #expect(!help.output.contains("sesame"))
    let wrong = try MockProcess.run(["serve"], environment: ["PFOP_MOCK_ADMIN_TOKEN": "open sesame"])
    #expect(wrong.code == 64)
    #expect(wrong.errors.contains("PFOP_MOCK_ADMIN_TOKEN"))
    #expect(!(wrong.output + wrong.errors).contains("sesame"))
  }
}

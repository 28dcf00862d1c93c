import ByteText
import Dispatch
import Glibc
import Guarded
import TestSupport
import Testing

@testable import HTTPServer

/// What a connection over TLS has that a plain one has not.
struct TLSServerTests {
  private static let request = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"

  private func limits(_ change: (inout ServerLimits) -> Void) -> ServerLimits {
    var limits = ServerLimits()
    change(&limits)
    return limits
  }

  private func connect(
    _ echo: EchoServer, _ change: (inout RawTLS.Settings) -> Void
  ) throws -> RawClient {
    var settings = RawTLS.Settings()
    change(&settings)
    return try RawClient(port: echo.server.port(for: .tls), over: .tls, settings: settings)
  }

  /// Speaks no TLS, where it is spoken.
  private func connectPlainly(_ echo: EchoServer) throws -> RawClient {
    try RawClient(port: echo.server.port(for: .tls))
  }

  // MARK: - What is spoken

  @Test(arguments: [(RawTLS.Version.tls12, "TLSv1.2"), (.tls13, "TLSv1.3")])
  func versionsOfTodayAreSpoken(version: RawTLS.Version, name: String) throws {
    let echo = try EchoServer(over: .tls)
    let client = try connect(echo) { $0.version = version }
    #expect(client.tlsVersion == name)
  }

  @Test(arguments: [RawTLS.Version.tls10, .tls11])
  func olderVersionsAreRefusedInTheirOwnTerms(version: RawTLS.Version) throws {
    let echo = try EchoServer(over: .tls)
    #expect(throws: RawClient.Failure.tls("tlsv1 alert protocol version")) {
      try connect(echo) { $0.version = version }
    }
  }

  @Test(arguments: [RawTLS.Version.tls12, .tls13])
  func oneTicketIsGivenAndTaken(version: RawTLS.Version) throws {
    let echo = try EchoServer(loops: 2, over: .tls)
    let first = try connect(echo) { $0.version = version }
    try first.send(Self.request)
    #expect(try first.readResponse().status == 200)
    #expect(first.ticketCount == 1)
    #expect(!first.isResumed)
    let second = try connect(echo) {
      $0.version = version
      $0.session = first.session
    }
    try second.send(Self.request)
    #expect(try second.readResponse().status == 200)
    #expect(second.isResumed)
    #expect(second.ticketCount <= 1)
  }

  @Test func nobodyRenegotiates() throws {
    let echo = try EchoServer(over: .tls)
    let client = try connect(echo) { $0.version = .tls12 }
    try client.send(Self.request)
    #expect(try client.readResponse().status == 200)
    try client.renegotiate()
    #expect(throws: RawClient.Failure.tls("no renegotiation")) { try client.readResponse() }
  }

  @Test(arguments: [nil, "localhost", "api.qiniu.com", "somebody.else.example"])
  func whateverNameIsAskedForTheCertificateIsTheSame(name: String?) throws {
    let trusted = try TestAuthority.shared.get().certificatePEM
    let echo = try EchoServer(over: .tls)
    let client = try connect(echo) {
      $0.serverName = name
      $0.trusted = trusted
      $0.verifiedName = "127.0.0.1"
    }
    try client.send(Self.request)
    #expect(try client.readResponse().status == 200)
  }

  // MARK: - Octets

  @Test func recordsMayBeCutAnywhere() throws {
    let echo = try EchoServer(over: .tls)
    let client = try echo.connect()
    for octet in try client.wireOctets(Self.request) { try client.sendRaw([octet]) }
    #expect(try client.readResponse().text == "GET /a|")
    let count = try client.wireOctets(Self.request).count
    let other = try echo.connect()
    for cut in 1..<count {
      let octets = try other.wireOctets(Self.request)
      try other.sendRaw(Array(octets[..<cut]))
      try other.sendRaw(Array(octets[cut...]))
      #expect(try other.readResponse().text == "GET /a|")
    }
  }

  /// They come with one read of the socket: what is behind the first wakes nobody again.
  @Test func manyRecordsMayComeAtOnce() throws {
    let echo = try EchoServer(over: .tls)
    let client = try echo.connect()
    let count = 5000
    let octets = try (0..<count).flatMap { try client.wireOctets("GET /\($0) HTTP/1.1\r\nHost: x\r\n\r\n") }
    let sending = DispatchGroup()
    DispatchQueue(label: "sender").async(group: sending) { [client = Unchecked(client)] in
      #expect(throws: Never.self) { try client.value.sendRaw(octets) }
    }
    for number in 0..<count { #expect(try client.readResponse().text == "GET /\(number)|") }
    sending.wait()
  }

  @Test(arguments: [WirePlan.steps([.wait(milliseconds: 5), .send(0..<10_000)]), .steps([.send(0..<10_000)])])
  func recordsBehindAnAnswerThatWaitsAreReadOnceItHasLeft(plan: WirePlan) throws {
    let echo = try EchoServer(plan: plan, over: .tls)
    let client = try echo.connect()
    let paths = (0..<20).map { "/\($0)" }
    try client.sendRaw(try paths.flatMap { try client.wireOctets("GET \($0) HTTP/1.1\r\nHost: x\r\n\r\n") })
    for path in paths { #expect(try client.readResponse().text == "GET \(path)|") }
    client.finishSending()
    #expect(try client.readToEnd().isEmpty)
  }

  @Test func recordsBehindALateAnswerAreReadOnceItHasLeft() throws {
    let late = try LateServer(over: .tls)
    let client = try late.connect()
    let octets = try ["/later", "/1", "/later", "/2"].flatMap {
      try client.wireOctets("GET \($0) HTTP/1.1\r\nHost: x\r\n\r\n")
    }
    try client.sendRaw(octets)
    for expected in [["a", "/1"], ["b", "/2"]] {
      late.answer(try late.tickets.next(), expected[0])
      #expect(try expected.map { _ in try client.readResponse().text } == expected)
    }
  }

  /// The farewell comes even where no room is left for it at first: `readToEnd` demands it.
  @Test(arguments: [false, true])
  func aClientThatReadsLateGetsAllOfItAndTheFarewell(havingFinished: Bool) throws {
    let late = try LateServer(over: .tls)
    let client = try late.connect()
    let count = 100
    try client.send(
      String(repeating: "GET /big HTTP/1.1\r\nHost: x\r\n\r\n", count: count)
        + "GET /big HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    if havingFinished { client.finishSending() }
    // The server is at it, and stuck.
    #expect(try client.readResponse().body.count == LateHandler.bigContent.count)
    let answers = try RawResponse.parseAll(client.readToEnd())
    #expect(answers.map(\.body.count) == Array(repeating: LateHandler.bigContent.count, count: count))
  }

  // MARK: - Ends

  /// FIN without close_notify may come from anybody between the two (RFC 8446, section 6.1).
  @Test(arguments: ["GET /a HT", "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab"])
  func aRequestThatIsCutShortIsNotAnswered(part: String) throws {
    let echo = try EchoServer(over: .tls)
    let client = try echo.connect()
    try client.send(Self.request + part)
    client.cutSending()
    #expect(try client.readResponse().text == "GET /a|")
    // What OpenSSL says to it.
    #expect(throws: RawClient.Failure.tls("tlsv1 alert decode error")) { try client.readToEnd() }
    #expect(client.received.isEmpty)
  }

  @Test func aResetIsNoFarewell() throws {
    let echo = try EchoServer(plan: .steps([.send(0..<20), .reset]), over: .tls)
    let client = try echo.connect()
    try client.send(Self.request)
    #expect(throws: RawClient.Failure.receive(code: ECONNRESET)) { try client.readToEnd() }
  }

  @Test func whatIsCutOffAfterTheGraceGetsNoFarewell() throws {
    let echo = try EchoServer(plan: .steps([.send(0..<20), .hang]), over: .tls)
    let client = try echo.connect()
    try client.send(Self.request)
    while client.received.count < 20 { try client.receiveMore() }
    echo.server.stop(graceMilliseconds: 20)
    #expect(throws: RawClient.Failure.truncated) { try client.readToEnd() }
  }

  /// What was sent to it and not read makes its end a reset, right behind its farewell.
  @Test func aClientThatBidsFarewellAndReadsNothingFreesItsPlace() throws {
    let echo = try EchoServer(limits: limits { $0.connections = 1 }, over: .tls)
    for _ in 0..<20 {
      try expectAPlace(echo)
      do {
        let client = try echo.connect()
        try client.send(Self.request)
        client.leave()
      } catch RawClient.Failure.send, RawClient.Failure.receive {
        // The one before still had the place.
      }
    }
    try expectAPlace(echo)
  }

  private func expectAPlace(_ echo: EchoServer) throws {
    let isFree = try (0..<10_000).contains { _ in
      let client = try echo.connect()
      do {
        try client.send(Self.request)
        return try client.readResponse().status == 200
      } catch RawClient.Failure.send, RawClient.Failure.receive {
        return false
      }
    }
    #expect(isFree)
  }

  // MARK: - No handshake

  @Test(arguments: [
    "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "P", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\u{15}\u{3}\u{1}", "\r\n",
  ])
  func whatIsNoTLSIsToldSoInPlainHTTP(text: String) throws {
    let echo = try EchoServer(over: .tls)
    let client = try connectPlainly(echo)
    try client.send(text)
    let answer = try client.readResponse()
    #expect(answer.status == 400)
    #expect(answer["Connection"] == "close")
    #expect(try client.readToEnd().isEmpty)
  }

  @Test func whatIsNoHandshakeGetsAnAlert() throws {
    let echo = try EchoServer(over: .tls)
    let client = try connectPlainly(echo)
    // The head of a handshake's record, and no handshake in it.
    try client.send([22, 3, 1, 0, 16] + [UInt8](repeating: 0xFF, count: 1 << 20))
    let answer = try client.readRawToEnd()
    #expect(answer.first == 21)
  }

  @Test(arguments: [0, 1, 5, 100])
  func aHandshakeThatIsNotDoneInTimeIsGivenUp(octets: Int) throws {
    let echo = try EchoServer(limits: limits { $0.handshakeDeadline = 30 }, over: .tls)
    let client = try connectPlainly(echo)
    try client.send(Array(try RawTLS.greeting().prefix(octets)))
    #expect(try client.readRawToEnd().isEmpty)
  }

  @Test(arguments: [false, true])
  func clientsThatGoDuringTheHandshakeFreeTheirPlace(byReset: Bool) throws {
    let echo = try EchoServer(limits: limits { $0.connections = 1 }, over: .tls)
    let greeting = try RawTLS.greeting()
    for count in stride(from: 0, through: greeting.count, by: 37) {
      let client = try connectPlainly(echo)
      try client.send(Array(greeting.prefix(count)))
      byReset ? client.abort() : client.cut()
    }
    try expectAPlace(echo)
  }

  @Test func idleHandshakesHoldUpNobody() throws {
    let echo = try EchoServer(over: .tls)
    let greeting = try RawTLS.greeting()
    let idle = try (0..<200).map { number in
      let client = try connectPlainly(echo)
      try client.send(Array(greeting.prefix(number)))
      return client
    }
    let client = try echo.connect()
    try client.send(Self.request)
    #expect(try client.readResponse().status == 200)
    echo.server.stop(graceMilliseconds: 60_000)
    // A handshake is nothing that a stop waits for.
    for client in idle { #expect(try client.readRawToEnd().isEmpty) }
  }

  @Test func theHandlerIsToldWhyAHandshakeFailed() throws {
    let reasons = Guarded<[String]>([])
    let told = DispatchSemaphore(value: 0)
    let address = try SocketAddress(host: "127.0.0.1", port: 0)
    let server = try HTTPServer(address: address, tls: Transport.tls.listening, loops: 1, limits: ServerLimits()) {
      _, _ in
      ToldHandler { reason in
        reasons.withLock { $0.append(reason) }
        told.signal()
      }
    }
    defer { server.stop(graceMilliseconds: 0) }
    var settings = RawTLS.Settings()
    settings.trusted = try CertificateAuthority(commonName: "another", now: SystemClock.wall / 1_000_000_000)
      .certificatePEM
    #expect(throws: RawClient.Failure.tls("unable to get local issuer certificate")) {
      try RawClient(port: server.port(for: .tls), over: .tls, settings: settings)
    }
    #expect(told.wait(timeout: .now() + .seconds(10)) == .success)
    #expect(reasons.withLock { $0 } == ["TLS: tlsv1 alert unknown ca"])
  }

  // MARK: - Both listeners

  @Test(arguments: [(Transport.plain, Transport.tls), (.tls, .plain)])
  func bothShareTheLimitOfConnections(first: Transport, second: Transport) throws {
    let echo = try EchoServer(limits: limits { $0.connections = 1 }, over: .tls)
    let only = try RawClient(port: echo.server.port(for: first), over: first)
    try only.send(Self.request)
    #expect(try only.readResponse().status == 200)
    let other = try RawClient(port: echo.server.port(for: second), over: second)
    #expect(try other.readResponse().status == 503)
    #expect(try other.readToEnd().isEmpty)
  }

  @Test func bothEndWithAStop() throws {
    let echo = try EchoServer(loops: 2, over: .tls)
    let clients = try Transport.allCases.map { try RawClient(port: echo.server.port(for: $0), over: $0) }
    for client in clients {
      try client.send(Self.request)
      #expect(try client.readResponse().status == 200)
    }
    echo.server.stop(graceMilliseconds: 10_000)
    for client in clients { #expect(try client.readToEnd().isEmpty) }
    for transport in Transport.allCases {
      #expect(throws: RawClient.Failure.connect(code: ECONNREFUSED)) {
        try RawClient(port: echo.server.port(for: transport))
      }
    }
  }

  @Test func aPortForTLSThatIsTakenIsNamed() throws {
    let echo = try EchoServer()
    let address = try SocketAddress(host: "127.0.0.1", port: 0)
    var listening = try #require(try Transport.tls.listening)
    listening.address = echo.server.address
    #expect {
      try HTTPServer(address: address, tls: listening, loops: 1, limits: ServerLimits()) { _, _ in
        EchoHandler(plan: .whole(closes: false))
      }
    } throws: { error in
      "\(error)".contains("127.0.0.1:\(echo.server.address.port)") && "\(error)".contains("Address already in use")
    }
  }
}

/// Passes on why handshakes fail.
private final class ToldHandler: RequestHandler {
  private let tell: (String) -> Void

  init(_ tell: @escaping (String) -> Void) { self.tell = tell }

  func answer(_ request: IncomingRequest, to output: inout ByteBuffer) -> WirePlan { .steps([.reset]) }

  func refuse(_ refusal: Refusal, of request: borrowing IncompleteRequest, to output: inout ByteBuffer) {}

  func handshakeFailed(because reason: String) { tell(reason) }
}

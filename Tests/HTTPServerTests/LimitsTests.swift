import Glibc
import TestSupport
import Testing

@testable import HTTPServer

/// What a client cannot do: wait for ever, send without end, or hold a place that nobody else gets.
struct LimitsTests {
  private func limits(_ change: (inout ServerLimits) -> Void) -> ServerLimits {
    var limits = ServerLimits()
    change(&limits)
    return limits
  }

  @Test(arguments: ["G", "GET / HTTP/1.1\r\nHost: x\r\n"], Transport.allCases)
  func aHeadThatDoesNotEndIsRefused(part: String, over transport: Transport) throws {
    let echo = try EchoServer(limits: limits { $0.headDeadline = 30 }, over: transport)
    let client = try echo.connect()
    try client.send(part)
    #expect(try client.readResponse().status == 408)
    #expect(try client.readToEnd().isEmpty)
  }

  /// The empty line that some clients send behind a content begins no request (RFC 9112, section 2.2).
  @Test(arguments: Transport.allCases)
  func anEmptyLineIsNoRequestThatDoesNotEnd(over transport: Transport) throws {
    let echo = try EchoServer(
      limits: limits {
        $0.headDeadline = 30
        $0.idleDeadline = 600
      }, over: transport)
    for text in ["", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"] {
      let client = try echo.connect()
      try client.send(text + "\r")
      try client.send("\n")
      #expect(try RawResponse.parseAll(client.readToEnd()).map(\.status) == (text.isEmpty ? [] : [200]))
    }
  }

  @Test(arguments: Transport.allCases)
  func contentThatDoesNotEndIsRefused(over transport: Transport) throws {
    let echo = try EchoServer(limits: limits { $0.contentDeadline = 30 }, over: transport)
    let client = try echo.connect()
    try client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab")
    let answer = try client.readResponse()
    #expect(answer.status == 408)
    #expect(answer["Connection"] == "close")
  }

  @Test(arguments: Transport.allCases)
  func aSilentClientIsLeft(over transport: Transport) throws {
    let echo = try EchoServer(limits: limits { $0.idleDeadline = 30 }, over: transport)
    #expect(try echo.connect().readToEnd().isEmpty)
  }

  @Test(arguments: Transport.allCases)
  func aClientThatFallsSilentIsLeft(over transport: Transport) throws {
    // Long enough for a busy machine to send a request in.
    let echo = try EchoServer(limits: limits { $0.idleDeadline = 1000 }, over: transport)
    let client = try echo.connect()
    try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(try RawResponse.parseAll(client.readToEnd()).map(\.status) == [200])
  }

  @Test(arguments: Transport.allCases)
  func aClientThatNeverReadsIsReset(over transport: Transport) throws {
    let echo = try EchoServer(limits: limits { $0.sendDeadline = 30 }, over: transport)
    let client = try echo.connect()
    let content = String(repeating: "x", count: 1 << 20)
    // The client's own sending fails once the server has given up on it.
    #expect(throws: RawClient.Failure.self) {
      for _ in 0..<100 { try client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \(1 << 20)\r\n\r\n\(content)") }
    }
  }

  @Test(arguments: Transport.allCases)
  func oneConnectionTooManyIsToldSo(over transport: Transport) throws {
    let echo = try EchoServer(limits: limits { $0.connections = 2 }, over: transport)
    let clients = [try echo.connect(), try echo.connect()]
    for client in clients {
      try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try client.readResponse().status == 200)
    }
    let third = try echo.connect()
    #expect(try third.readResponse().status == 503)
    #expect(try third.readToEnd().isEmpty)
  }

  @Test(arguments: Transport.allCases)
  func contentPastTheLimitIsRefusedBeforeItComes(over transport: Transport) throws {
    let echo = try EchoServer(limits: limits { $0.parser.content = 10 }, over: transport)
    let client = try echo.connect()
    try client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n")
    #expect(try client.readResponse().status == 413)
  }

  @Test(arguments: Transport.allCases)
  func theRefusalReachesAClientThatGoesOnSending(over transport: Transport) throws {
    let echo = try EchoServer(limits: limits { $0.parser.content = 10 }, over: transport)
    let client = try echo.connect()
    let content = String(repeating: "x", count: 3 << 20)
    try client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \(3 << 20)\r\n\r\n\(content)")
    #expect(try client.readResponse().status == 413)
    #expect(try client.readToEnd().isEmpty)
  }

  @Test(arguments: Transport.allCases)
  func aLineWithoutEndIsRefusedEarly(over transport: Transport) throws {
    let echo = try EchoServer(limits: limits { $0.parser.requestLine = 1000 }, over: transport)
    let client = try echo.connect()
    try client.send("GET /" + String(repeating: "a", count: 1000))
    #expect(try client.readResponse().status == 414)
  }
}

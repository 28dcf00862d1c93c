import TestSupport
import Testing

@testable import HTTPServer

/// `Expect: 100-continue` (RFC 9110, section 10.1.1).
struct ExpectTests {
  private static let head = "POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"

  @Test(arguments: Transport.allCases)
  func expectIsAnsweredOnceAndOnlyWhenContentIsMissing(over transport: Transport) throws {
    let echo = try EchoServer(over: transport)
    let client = try echo.connect()
    let head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"
    try client.send(head)
    #expect(try client.readResponse().status == 100)
    try client.send("ab")
    try client.send("cd" + head + "efgh")
    #expect(try client.readResponse().text == "POST /|abcd")
    #expect(try client.readResponse().text == "POST /|efgh")
  }

  @Test(
    arguments: [WirePlan.whole(closes: false), .steps([.wait(milliseconds: 20), .send(0..<10_000)])], Transport.allCases
  )
  func comesBehindTheAnswersToEarlierRequests(plan: WirePlan, over transport: Transport) throws {
    let echo = try EchoServer(plan: plan, over: transport)
    let client = try echo.connect()
    try client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n" + ExpectTests.head)
    #expect(try client.readResponse().text == "GET /a|")
    #expect(try client.readResponse().status == 100)
    try client.send("efgh")
    #expect(try client.readResponse().text == "POST /b|efgh")
  }

  /// The final answer comes in place of the 100.
  @Test(
    arguments: [
      ("Content-Length: 11\r\nExpect: 100-continue", 413), ("Content-Length: 4\r\nExpect: 100-continue, x", 417),
      ("Content-Length: 4\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue", 400),
    ], Transport.allCases)
  func isNotAnsweredBeforeARefusal(of request: (fields: String, status: Int), over transport: Transport) throws {
    var limits = ServerLimits()
    limits.parser.content = 10
    let echo = try EchoServer(limits: limits, over: transport)
    let client = try echo.connect()
    try client.send("POST / HTTP/1.1\r\nHost: x\r\n\(request.fields)\r\n\r\n")
    client.finishSending()
    #expect(try RawResponse.parseAll(client.readToEnd()).map(\.status) == [request.status])
  }

  /// It could not tell a 100 from its answer.
  @Test(arguments: Transport.allCases)
  func isNotAnsweredInHTTP10(over transport: Transport) throws {
    let echo = try EchoServer(over: transport)
    let client = try echo.connect()
    let head = "POST /a HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"
    // The answer to the first tells that the second head, behind it, has been seen without its content.
    try client.send("GET /first HTTP/1.1\r\nHost: x\r\n\r\n" + head)
    #expect(try client.readResponse().text == "GET /first|")
    try client.send("abcd")
    client.finishSending()
    #expect(try RawResponse.parseAll(client.readToEnd()).map(\.text) == ["POST /a|abcd"])
  }

  @Test(arguments: Transport.allCases)
  func aClientThatGoesWithoutSendingContentGetsNoAnswer(over transport: Transport) throws {
    let echo = try EchoServer(over: transport)
    let client = try echo.connect()
    try client.send(ExpectTests.head)
    client.finishSending()
    #expect(try RawResponse.parseAll(client.readToEnd()).map(\.status) == [100])
  }
}

import TestSupport
import Testing

@testable import HTTPServer

/// A client that finishes sending, or goes, at every stage of a connection (RFC 9112, sections 8 and 9.6).
struct HalfCloseTests {
  private static let request = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
  private static let content = "POST /b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbc\r\n0\r\n\r\n"

  @Test(
    arguments: [
      WirePlan.whole(closes: false),
      .steps([.send(0..<30), .send(30..<999)]),
    ], Transport.allCases)
  func allAnswersReachAClientThatHasFinished(plan: WirePlan, over transport: Transport) throws {
    let echo = try EchoServer(plan: plan, over: transport)
    let client = try echo.connect()
    try client.send(HalfCloseTests.request + HalfCloseTests.content + HalfCloseTests.request)
    client.finishSending()
    #expect(try RawResponse.parseAll(client.readToEnd()).map(\.text) == ["GET /a|", "POST /b|bc", "GET /a|"])
  }

  @Test(arguments: ["", "\r\n", "G", "GET /c HTTP/1.1\r\n", String(content.dropLast())], Transport.allCases)
  func whatIsCutShortBehindARequestIsNotAnswered(part: String, over transport: Transport) throws {
    let echo = try EchoServer(over: transport)
    let client = try echo.connect()
    try client.send(HalfCloseTests.request + part)
    client.finishSending()
    #expect(try RawResponse.parseAll(client.readToEnd()).map(\.text) == ["GET /a|"])
  }

  @Test(arguments: Transport.allCases)
  func aFaultBehindARequestIsToldToAClientThatHasFinished(over transport: Transport) throws {
    let echo = try EchoServer(over: transport)
    let client = try echo.connect()
    try client.send(HalfCloseTests.request + "GET /b HTTP/3.0\r\n")
    client.finishSending()
    #expect(try RawResponse.parseAll(client.readToEnd()).map(\.status) == [200, 505])
  }

  @Test(arguments: [RawClient.abort, RawClient.leave, RawClient.cut, RawClient.finishSending], Transport.allCases)
  func aDepartureEndsAnAnswerThatWaits(by depart: @Sendable (RawClient) -> () -> Void, over transport: Transport) throws
  {
    var limits = ServerLimits()
    limits.connections = 1
    let echo = try EchoServer(
      limits: limits, plan: .steps([.wait(milliseconds: 3_600_000), .send(0..<10_000)]), over: transport)
    let waiting = try echo.connect()
    try waiting.send("GET /plain HTTP/1.1\r\nHost: x\r\n\r\n" + HalfCloseTests.request)
    #expect(try waiting.readResponse().text == "GET /plain|")
    depart(waiting)()
    // Its place is free again.
    let isFree = try (0..<10_000).contains { _ in
      let client = try echo.connect()
      do {
        try client.send("GET /plain HTTP/1.1\r\nHost: x\r\n\r\n")
        return try client.readResponse().status == 200
      } catch RawClient.Failure.send, RawClient.Failure.receive {
        return false
      }
    }
    #expect(isFree)
    withExtendedLifetime(waiting) {}
  }
}

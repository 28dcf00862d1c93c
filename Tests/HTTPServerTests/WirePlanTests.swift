import Glibc
import TestSupport
import Testing

@testable import HTTPServer

struct WirePlanTests {
  private static let request = "GET /x HTTP/1.1\r\nHost: x\r\n\r\n"
  private static let plain = "GET /plain HTTP/1.1\r\nHost: x\r\n\r\n"

  @Test(arguments: Transport.allCases)
  func stepsSendTheirPartsAndTheConnectionGoesOn(over transport: Transport) throws {
    let echo = try EchoServer(
      plan: .steps([.send(0..<10), .wait(milliseconds: 1), .send(10..<10_000)]), over: transport)
    let client = try echo.connect()
    try client.send(WirePlanTests.plain + WirePlanTests.request + WirePlanTests.request + WirePlanTests.plain)
    let texts = try (0..<4).map { _ in try client.readResponse().text }
    #expect(texts == ["GET /plain|", "GET /x|", "GET /x|", "GET /plain|"])
  }

  @Test(arguments: Transport.allCases)
  func aWaitLastsAtLeastItsTime(over transport: Transport) throws {
    let echo = try EchoServer(plan: .steps([.wait(milliseconds: 80), .send(0..<10_000)]), over: transport)
    let client = try echo.connect()
    let clock = ContinuousClock()
    let duration = try clock.measure {
      try client.send(WirePlanTests.request)
      #expect(try client.readResponse().text == "GET /x|")
    }
    #expect(duration >= .milliseconds(79))
  }

  @Test(arguments: Transport.allCases)
  func resetIsAResetWithoutFIN(over transport: Transport) throws {
    let echo = try EchoServer(plan: .steps([.send(0..<20), .reset]), over: transport)
    let client = try echo.connect()
    try client.send(WirePlanTests.plain + WirePlanTests.request)
    #expect(throws: RawClient.Failure.receive(code: ECONNRESET)) { try client.readToEnd() }
  }

  @Test(arguments: Transport.allCases)
  func halfCloseEndsTheAnswerWhereItIs(over transport: Transport) throws {
    let echo = try EchoServer(plan: .steps([.send(0..<17), .halfClose]), over: transport)
    let client = try echo.connect()
    try client.send(WirePlanTests.plain + WirePlanTests.request + WirePlanTests.plain)
    let answers = try client.readToEnd()
    #expect(String(decoding: answers, as: UTF8.self).hasSuffix("\r\n\r\nGET /plain|HTTP/1.1 200 OK\r\n"))
  }

  @Test(arguments: Transport.allCases)
  func anEmptyPlanAnswersNothingAndGoesOn(over transport: Transport) throws {
    let echo = try EchoServer(plan: .steps([]), over: transport)
    let client = try echo.connect()
    try client.send(WirePlanTests.request + WirePlanTests.plain)
    #expect(try client.readResponse().text == "GET /plain|")
  }

  @Test(arguments: Transport.allCases)
  func hangLastsUntilTheClientLeaves(over transport: Transport) throws {
    var limits = ServerLimits()
    limits.connections = 1
    let echo = try EchoServer(limits: limits, plan: .steps([.hang]), over: transport)
    let hanging = try echo.connect()
    try hanging.send(WirePlanTests.request)
    // The only place is taken for as long as the other client stays, and free again once it has gone.
    #expect(try echo.connect().readResponse().status == 503)
    hanging.leave()
    let isFree = try (0..<10_000).contains { _ in
      let client = try echo.connect()
      try client.send(WirePlanTests.plain)
      return try client.readResponse().status == 200
    }
    #expect(isFree)
  }

  @Test func partsOutsideTheAnswerAreLeftOut() {
    let answer: [UInt8] = [1, 2, 3]
    answer.withUnsafeBytes { view in
      let outgoing = Outgoing(ahead: view, answer: view, steps: [.send(1..<99), .send(50..<60)], of: 1, closes: false)
      #expect(Array(outgoing.pending) == [1, 2, 3])
      outgoing.sent(3)
      #expect(outgoing.advance() == .send(4..<6))
      #expect(Array(outgoing.pending) == [2, 3])
      outgoing.sent(2)
      _ = outgoing.advance()
      #expect(outgoing.pending.isEmpty)
      #expect(outgoing.advance() == nil)
    }
  }
}

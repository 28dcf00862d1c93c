import Dispatch
import Glibc
import Guarded
import TestSupport
import Testing

@testable import HTTPServer

struct StopTests {
  @Test(arguments: Transport.allCases)
  func idleConnectionsAreClosedAndThePortIsFreeAtOnce(over transport: Transport) throws {
    let echo = try EchoServer(over: transport)
    let client = try echo.connect()
    try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    _ = try client.readResponse()
    echo.server.stop(graceMilliseconds: 10_000)
    #expect(try client.readToEnd().isEmpty)
    #expect(throws: RawClient.Failure.connect(code: ECONNREFUSED)) { try echo.connect() }
  }

  @Test(arguments: Transport.allCases)
  func anEmptyLineBehindARequestLeavesTheConnectionIdle(over transport: Transport) throws {
    let echo = try EchoServer(over: transport)
    let client = try echo.connect()
    try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n\r\n")
    _ = try client.readResponse()
    echo.server.stop(graceMilliseconds: 60_000)
    #expect(try client.readToEnd().isEmpty)
  }

  @Test(arguments: Transport.allCases)
  func aRequestUnderWayIsFinishedWithConnectionClose(over transport: Transport) throws {
    let echo = try EchoServer(over: transport)
    let idle = try echo.connect()
    try idle.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    _ = try idle.readResponse()
    let client = try echo.connect()
    try client.send("POST /late HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
    // Once the 100 is there the server has begun the request.
    #expect(try client.readResponse().status == 100)
    let stopped = DispatchGroup()
    DispatchQueue(label: "stop").async(group: stopped) { echo.server.stop(graceMilliseconds: 10_000) }
    // Its end shows that the loop has been told.
    #expect(try idle.readToEnd().isEmpty)
    try client.send("done" + "GET /never HTTP/1.1\r\nHost: x\r\n\r\n")
    let answer = try client.readResponse()
    #expect(answer.text == "POST /late|done")
    #expect(try client.readToEnd().isEmpty)
    client.leave()
    stopped.wait()
  }

  @Test(arguments: Transport.allCases)
  func whatHangsIsCutOffAfterTheGrace(over transport: Transport) throws {
    let echo = try EchoServer(plan: .steps([.hang]), over: transport)
    let client = try echo.connect()
    try client.send("GET /plain HTTP/1.1\r\nHost: x\r\n\r\nGET /hang HTTP/1.1\r\nHost: x\r\n\r\n")
    _ = try client.readResponse()
    echo.server.stop(graceMilliseconds: 20)
    // FIN or RST, either will do; still hanging will not. A farewell over TLS would say that this was the whole answer.
    do {
      #expect(try client.readToEnd().isEmpty)
    } catch RawClient.Failure.receive(let code) {
      #expect(code == ECONNRESET)
    } catch RawClient.Failure.truncated {
      #expect(transport == .tls)
    }
  }

  /// What a plan still sends leaves at once: a stop takes as long as the sockets do.
  @Test(arguments: Transport.allCases)
  func aStopSkipsWaits(over transport: Transport) throws {
    let hour = WireStep.wait(milliseconds: 3_600_000)
    let echo = try EchoServer(plan: .steps([hour, .send(0..<30), hour, .send(30..<999)]), over: transport)
    let clients = try ["/a", "/b"].map { target in
      let client = try echo.connect()
      try client.send("GET /plain HTTP/1.1\r\nHost: x\r\n\r\nGET \(target) HTTP/1.1\r\nHost: x\r\n\r\n")
      _ = try client.readResponse()
      return client
    }
    let stopped = DispatchGroup()
    DispatchQueue(label: "stop").async(group: stopped) { echo.server.stop(graceMilliseconds: 60_000) }
    #expect(try clients.map { try RawResponse.parseAll($0.readToEnd()).map(\.text) } == [["GET /a|"], ["GET /b|"]])
    for client in clients { client.leave() }
    #expect(stopped.wait(timeout: .now() + .seconds(30)) == .success)
  }

  @Test(arguments: Transport.allCases)
  func aStopEndsWhatHangs(over transport: Transport) throws {
    let echo = try EchoServer(plan: .steps([.send(0..<10), .hang]), over: transport)
    let client = try echo.connect()
    try client.send("GET /hang HTTP/1.1\r\nHost: x\r\n\r\n")
    _ = try client.read(10)
    let stopped = DispatchGroup()
    DispatchQueue(label: "stop").async(group: stopped) { echo.server.stop(graceMilliseconds: 60_000) }
    #expect(stopped.wait(timeout: .now() + .seconds(30)) == .success)
  }

  @Test(arguments: Transport.allCases)
  func noAnswerIsCutInHalf(over transport: Transport) throws {
    let echo = try EchoServer(loops: 2, over: transport)
    let content = String(repeating: "x", count: 5000)
    let request = "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n\(content)"
    let answered = Guarded(0)
    let broken = Guarded<[String]>([])
    let clients = DispatchGroup()
    let warm = DispatchSemaphore(value: 0)
    for number in 0..<8 {
      DispatchQueue(label: "client \(number)").async(group: clients) {
        guard let client = try? echo.connect() else { return }
        do {
          while true {
            try client.send(request + request)
            for _ in 0..<2 {
              let answer = try client.readResponse()
              if answer.text != "POST /x|" + content { broken.withLock { $0.append(answer.text) } }
              if answered.withLock({
                $0 += 1; return $0
              }) == 200 {
                warm.signal()
              }
            }
          }
        } catch {
          if !client.received.isEmpty { broken.withLock { $0.append("\(client.received.count) octets of an answer") } }
        }
      }
    }
    warm.wait()
    echo.server.stop(graceMilliseconds: 10_000)
    clients.wait()
    #expect(broken.withLock { $0 } == [])
  }

  @Test func stoppingTwiceDoesNoHarm() throws {
    let echo = try EchoServer(loops: 3)
    echo.server.stop(graceMilliseconds: 1000)
    echo.server.stop(graceMilliseconds: 1000)
  }

  @Test func aServerCanBeStartedAgainOnTheSamePort() throws {
    let first = try EchoServer()
    let port = first.server.address.port
    let client = try first.connect()
    try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    _ = try client.readResponse()
    first.server.stop(graceMilliseconds: 0)
    let address = try SocketAddress(host: "127.0.0.1", port: port)
    let second = try HTTPServer(address: address, loops: 1, limits: ServerLimits()) { _, _ in
      EchoHandler(plan: .whole(closes: false))
    }
    second.stop(graceMilliseconds: 0)
  }
}

import Dispatch
import TestSupport
import Testing

@testable import HTTPServer

struct HTTPServerTests {
  @Test(arguments: Transport.allCases)
  func answersAndKeepsTheConnection(over transport: Transport) throws {
    let echo = try EchoServer(over: transport)
    let client = try echo.connect()
    for number in 1...3 {
      try client.send("POST /a?\(number) HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")
      #expect(try client.readResponse().text == "POST /a?\(number)|hello")
    }
  }

  @Test(arguments: Transport.allCases)
  func pipelinedRequestsAreAnsweredInOrder(over transport: Transport) throws {
    let echo = try EchoServer(over: transport)
    let client = try echo.connect()
    let requests = (0..<5000).map { "GET /\($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined()
    try client.send(requests + "GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nGET /never HTTP/1.1\r\n")
    let answers = try RawResponse.parseAll(try client.readToEnd()).map(\.text)
    #expect(answers == (0..<5000).map { "GET /\($0)|" } + ["GET /last|"])
  }

  @Test(arguments: Transport.allCases)
  func octetsMayComeOneByOne(over transport: Transport) throws {
    let echo = try EchoServer(over: transport)
    let client = try echo.connect()
    let chunked =
      "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nX: y\r\n\r\n"
    for octet in (chunked + chunked).utf8 { try client.send([octet]) }
    #expect(try client.readResponse().text == "POST /c|abcde")
    #expect(try client.readResponse().text == "POST /c|abcde")
  }

  @Test(arguments: Transport.allCases)
  func answersWaitForAClientThatDoesNotReadYet(over transport: Transport) throws {
    let echo = try EchoServer(over: transport)
    let client = try echo.connect()
    let content = String(repeating: "x", count: 1 << 20)
    // Sixteen answers of 1 MiB do not fit in the sockets' buffers.
    let request = "POST /big HTTP/1.1\r\nHost: x\r\nContent-Length: \(1 << 20)\r\n\r\n\(content)"
    let sending = DispatchGroup()
    DispatchQueue(label: "sender").async(group: sending) { [client = Unchecked(client)] in
      for _ in 0..<16 { #expect(throws: Never.self) { try client.value.send(request) } }
    }
    for _ in 0..<16 { #expect(try client.readResponse().text == "POST /big|" + content) }
    sending.wait()
  }

  @Test func portZeroIsReplacedByTheRealOne() throws {
    #expect(try EchoServer().server.address.port > 0)
  }

  @Test func aPortInUseIsNamed() throws {
    let echo = try EchoServer()
    let address = try SocketAddress(host: "127.0.0.1", port: echo.server.address.port)
    #expect {
      try HTTPServer(address: address, loops: 1, limits: ServerLimits()) { _, _ in
        EchoHandler(plan: .whole(closes: false))
      }
    } throws: { error in
      "\(error)".contains("127.0.0.1:\(echo.server.address.port)") && "\(error)".contains("Address already in use")
    }
  }

  /// Dispatch runs 255 blocks at a time in a process, so loops must not be blocks of its queues.
  @Test func moreLoopsThanDispatchHasThreads() throws {
    try DescriptorLimit.raise()
    let echo = try EchoServer(loops: 300)
    let client = try echo.connect()
    try client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(try client.readResponse().text == "GET /a|")
  }

  @Test func aHandlerThatCannotBeMadeStopsTheStart() throws {
    struct NoHandler: Error {}
    let address = try SocketAddress(host: "127.0.0.1", port: 0)
    #expect(throws: NoHandler.self) {
      try HTTPServer(address: address, loops: 2, limits: ServerLimits()) { _, _ in throw NoHandler() }
    }
  }
}

/// Moves a value to another thread; sound because one side only sends and the other only reads.
struct Unchecked<Value>: @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}

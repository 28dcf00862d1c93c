import Dispatch
import Glibc
import Guarded
import TestSupport
import Testing

@testable import HTTPServer

/// Answers that come later, through sockets.
struct AnswerDeskTests {
  private static func get(_ target: String, _ fields: String = "") -> String {
    "GET \(target) HTTP/1.1\r\nHost: x\r\n\(fields)\r\n"
  }

  @Test(arguments: Transport.allCases)
  func theAnswerComesWhenItIsHandedInAndTheConnectionGoesOn(over transport: Transport) throws {
    let late = try LateServer(over: transport)
    let client = try late.connect()
    for number in 0..<3 {
      try client.send(Self.get("/later"))
      late.answer(try late.tickets.next(), "answer \(number)")
      #expect(try client.readResponse().text == "answer \(number)")
    }
  }

  @Test(arguments: Transport.allCases)
  func answersBeforeItLeaveAtOnceAndRequestsBehindItWait(over transport: Transport) throws {
    let late = try LateServer(over: transport)
    let client = try late.connect()
    try client.send(["/1", "/later", "/2", "/later", "/later", "/3"].map { Self.get($0) }.joined() + "GET /4 HT")
    #expect(try client.readResponse().text == "/1")
    for expected in [["a", "/2"], ["b"], ["c", "/3"]] {
      let ticket = try late.tickets.next()
      #expect(late.tickets.count == 0)
      late.answer(ticket, expected[0])
      #expect(try expected.map { _ in try client.readResponse().text } == expected)
    }
    try client.send("TP/1.1\r\nHost: x\r\n\r\n")
    #expect(try client.readResponse().text == "/4")
  }

  /// The client takes less than it is sent: some answers come while the one before them still waits in the server.
  @Test(arguments: Transport.allCases)
  func orderIsKeptBehindAnswersThatTheClientHasNotTaken(over transport: Transport) throws {
    let late = try LateServer(over: transport)
    let client = try late.connect()
    let count = 200
    let answering = DispatchGroup()
    DispatchQueue(label: "answers").async(group: answering) {
      for number in 0..<count {
        do {
          late.answer(try late.tickets.next(), "\(number)")
        } catch {
          Issue.record(error)
        }
      }
    }
    try client.send(String(repeating: Self.get("/big") + Self.get("/later"), count: count))
    for number in 0..<count {
      #expect(try client.readResponse().body.count == LateHandler.bigContent.count)
      #expect(try client.readResponse().text == "\(number)")
    }
    answering.wait()
  }

  @Test func anAnswerJoinsThoseThatAreOnTheirWay() {
    let (first, second): ([UInt8], [UInt8]) = ([1, 2, 3], [4])
    let outgoing = first.withUnsafeBytes { Outgoing($0, [AnswerSpan(request: 7, start: -1, end: 3)], closes: false) }
    outgoing.sent(2)
    second.withUnsafeBytes { outgoing.append($0, of: 8, closes: true) }
    #expect(Array(outgoing.pending) == [3, 4])
    #expect(outgoing.closes)
    #expect(outgoing.takeLeft().isEmpty)
    outgoing.sent(1)
    #expect(outgoing.takeLeft().map(\.departure) == [Departure(sent: 4, end: .complete)])
    let rest = outgoing.takeRest(.clientGone)
    #expect(rest.map(\.request) == [8] && rest.map(\.departure) == [Departure(sent: 0, end: .clientGone)])
  }

  @Test(arguments: Transport.allCases)
  func aClientThatHasFinishedSendingGetsItsAnswers(over transport: Transport) throws {
    let late = try LateServer(over: transport)
    let client = try late.connect()
    try client.send(Self.get("/later") + Self.get("/1"))
    client.finishSending()
    late.answer(try late.tickets.next(), "a")
    #expect(try RawResponse.parseAll(client.readToEnd()).map(\.text) == ["a", "/1"])
  }

  @Test(arguments: Transport.allCases)
  func theLastAnswerEndsTheConnection(over transport: Transport) throws {
    let late = try LateServer(over: transport)
    let client = try late.connect()
    try client.send(Self.get("/later", "Connection: close\r\n") + Self.get("/never"))
    late.answer(try late.tickets.next(), "a", closes: true)
    #expect(try RawResponse.parseAll(client.readToEnd()).map(\.text) == ["a"])
  }

  /// Nothing was read of what had come for it, so its close is a reset as well.
  @Test(arguments: [false, true], Transport.allCases)
  func aClientThatHasGoneFreesItsConnection(byClose: Bool, over transport: Transport) throws {
    var limits = ServerLimits()
    limits.connections = 1
    let late = try LateServer(limits: limits, over: transport)
    let gone = try late.connect()
    try gone.send(Self.get("/1") + Self.get("/later"))
    let ticket = try late.tickets.next()
    #expect(try late.connect().readResponse().status == 503)
    byClose ? gone.leave() : gone.abort()
    for number in 2...3 {
      var freed: String?
      for _ in 0..<10_000 where freed == nil {
        // Somebody else's connection may have the same descriptor by now.
        freed = try Self.firstAnswer(late, "/\(number)") { late.answer(ticket, "too late") }
      }
      #expect(freed == "/\(number)")
    }
  }

  /// Nil if there was no place.
  private static func firstAnswer(
    _ late: LateServer, _ target: String, onceConnected: () -> Void
  ) throws -> String? {
    let client = try late.connect()
    onceConnected()
    do {
      try client.send(get(target, "Connection: close\r\n"))
      let answer = try client.readResponse()
      _ = try client.readToEnd()
      return answer.status == 200 ? answer.text : nil
    } catch RawClient.Failure.send, RawClient.Failure.receive {
      return nil
    }
  }

  // MARK: - Watched clients

  @Test(arguments: [RawClient.abort, RawClient.leave, RawClient.cut, RawClient.finishSending], Transport.allCases)
  func aWatchedClientThatDepartsIsGoneAtOnce(
    by depart: @Sendable (RawClient) -> () -> Void, over transport: Transport
  ) throws {
    let late = try LateServer(over: transport)
    let departed = Arrivals<Int>()
    let client = try late.connect()
    try client.send(Self.get("/later"))
    let ticket = try late.tickets.next()
    late.desk.watchClient(of: ticket) { departed.append(1) }
    try late.roundTrip()
    #expect(departed.count == 0)
    depart(client)()
    #expect(try departed.next() == 1)
    // Whoever comes too late is told at once, and nobody twice.
    late.desk.watchClient(of: ticket) { departed.append(2) }
    #expect(try departed.next() == 2)
    late.answer(ticket, "too late")
    try late.roundTrip()
    #expect(departed.count == 0)
    withExtendedLifetime(client) {}
  }

  @Test(arguments: Transport.allCases)
  func aWatchedClientGetsItsAnswerAndTheConnectionGoesOn(over transport: Transport) throws {
    let late = try LateServer(over: transport)
    let departed = Arrivals<Int>()
    let client = try late.connect()
    try client.send(Self.get("/1") + Self.get("/later") + Self.get("/2"))
    let ticket = try late.tickets.next()
    late.desk.watchClient(of: ticket) { departed.append(1) }
    try late.roundTrip()
    late.answer(ticket, "a")
    #expect(try (0..<3).map { _ in try client.readResponse().text } == ["/1", "a", "/2"])
    try client.send(Self.get("/3"))
    client.finishSending()
    #expect(try RawResponse.parseAll(client.readToEnd()).map(\.text) == ["/3"])
    #expect(departed.count == 0)
  }

  @Test func aStopWaitsForTheAnswerToAWatchedClient() throws {
    let late = try LateServer()
    let departed = Arrivals<Int>()
    let clients = try (0..<2).map { _ in try late.connect() }
    for client in clients { try client.send(Self.get("/later")) }
    let tickets = try clients.map { _ in try late.tickets.next() }
    for ticket in tickets { late.desk.watchClient(of: ticket) { departed.append(1) } }
    let stopped = DispatchGroup()
    DispatchQueue(label: "stop").async(group: stopped) { late.server.stop(graceMilliseconds: 60_000) }
    try RawClient.awaitRefusal(port: late.server.address.port)
    #expect(departed.count == 0)
    late.answer(tickets[0], "a")
    #expect(try RawResponse.parseAll(clients[0].readToEnd()).map(\.text) == ["a"])
    clients[0].leave()
    clients[1].finishSending()
    #expect(try departed.next() == 1)
    #expect(stopped.wait(timeout: .now() + .seconds(30)) == .success)
  }

  @Test(arguments: Transport.allCases)
  func aTicketIsGoodForOneAnswer(over transport: Transport) throws {
    let late = try LateServer(over: transport)
    let client = try late.connect()
    try client.send(Self.get("/later"))
    let first = try late.tickets.next()
    late.answer(first, "a")
    late.answer(first, "again")
    #expect(try client.readResponse().text == "a")
    try client.send(Self.get("/later"))
    let second = try late.tickets.next()
    #expect(first != second)
    late.answer(first, "again")
    late.answer(second, "b")
    try client.send(Self.get("/1", "Connection: close\r\n"))
    #expect(try RawResponse.parseAll(client.readToEnd()).map(\.text) == ["b", "/1"])
  }

  @Test(arguments: Transport.allCases)
  func noDeadlineEndsTheWait(over transport: Transport) throws {
    var limits = ServerLimits()
    limits.idleDeadline = 20
    limits.headDeadline = 20
    let late = try LateServer(limits: limits, over: transport)
    let client = try late.connect()
    try client.send(Self.get("/1") + Self.get("/later") + "GET /par")
    #expect(try client.readResponse().text == "/1")
    let ticket = try late.tickets.next()
    // Twice over a connection that came later has been idle for too long.
    for _ in 0..<2 { #expect(try late.connect().readToEnd().isEmpty) }
    late.answer(ticket, "a")
    #expect(try client.readResponse().text == "a")
    // From here on they count again.
    #expect(try client.readResponse().status == 503)
  }

  @Test(arguments: Transport.allCases)
  func aStopWaitsForTheAnswer(over transport: Transport) throws {
    let late = try LateServer(over: transport)
    let client = try late.connect()
    try client.send(Self.get("/later") + Self.get("/never"))
    let ticket = try late.tickets.next()
    let stopped = DispatchGroup()
    DispatchQueue(label: "stop").async(group: stopped) { late.server.stop(graceMilliseconds: 10_000) }
    try RawClient.awaitRefusal(port: late.server.address.port)
    late.answer(ticket, "a")
    #expect(try RawResponse.parseAll(client.readToEnd()).map(\.text) == ["a"])
    client.leave()
    stopped.wait()
  }

  @Test(arguments: Transport.allCases)
  func whatIsNotAnsweredIsCutOffAfterTheGrace(over transport: Transport) throws {
    let late = try LateServer(over: transport)
    let client = try late.connect()
    try client.send(Self.get("/later"))
    let ticket = try late.tickets.next()
    late.server.stop(graceMilliseconds: 20)
    do {
      #expect(try client.readToEnd().isEmpty)
    } catch RawClient.Failure.truncated {
      #expect(transport == .tls)
    }
    late.answer(ticket, "nobody is there")
  }

  @Test(arguments: Transport.allCases)
  func thousandsMayWaitAtOnce(over transport: Transport) throws {
    let late = try LateServer(loops: 2, over: transport)
    // Each takes two descriptors of this process.
    try DescriptorLimit.raise()
    let clients = try (0..<2000).map { _ in try late.connect() }
    for client in clients { try client.send(Self.get("/later") + Self.get("/behind")) }
    let tickets = try clients.map { _ in try late.tickets.next() }
    let answering = DispatchGroup()
    for half in [tickets[..<1000], tickets[1000...]] {
      DispatchQueue(label: "answers").async(group: answering) {
        for ticket in half { late.answer(ticket, "a") }
      }
    }
    for client in clients {
      #expect(try client.readResponse().text == "a")
      #expect(try client.readResponse().text == "/behind")
    }
    answering.wait()
  }

  @Test(arguments: Transport.allCases)
  func aTurnEndsWhenItsAnswersHaveLeft(over transport: Transport) throws {
    let mayEnd = DispatchSemaphore(value: 0)
    let ended = Guarded<[DispatchTimeoutResult]>([])
    let late = try LateServer(over: transport) {
      // Blocks the loop until the client has its answers: it would be for nothing if they had not left.
      let result = mayEnd.wait(timeout: .now() + .seconds(5))
      ended.withLock { $0.append(result) }
    }
    let client = try late.connect()
    for _ in 0..<3 {
      try client.send(Self.get("/1") + Self.get("/2"))
      #expect(try client.readResponse().text == "/1")
      #expect(try client.readResponse().text == "/2")
      mayEnd.signal()
    }
    late.server.stop(graceMilliseconds: 10_000)
    #expect(ended.withLock { $0 } == [.success, .success, .success])
  }
}

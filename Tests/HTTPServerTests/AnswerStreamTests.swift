import Dispatch
import Glibc
import Guarded
import TestSupport
import Testing

@testable import HTTPServer

/// Answers that come piece by piece, through sockets.
struct AnswerStreamTests {
  private static let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

  private static func get(_ target: String) -> String { "GET \(target) HTTP/1.1\r\nHost: x\r\n\r\n" }

  private static func octets(_ text: String) -> [UInt8] { Array(text.utf8) }

  /// A client that has asked, and the ticket of its request.
  private static func ask(_ late: LateServer) throws -> (client: RawClient, ticket: AnswerTicket) {
    let client = try late.connect()
    try client.send(get("/later"))
    return (client, try late.tickets.next())
  }

  @Test(arguments: Transport.allCases)
  func everyPieceComesWhenItIsHandedInAndTheConnectionGoesOn(over transport: Transport) throws {
    let late = try LateServer(over: transport)
    let client = try late.connect()
    try client.send(Self.get("/1") + Self.get("/later") + Self.get("/2") + "GET /3 HT")
    #expect(try client.readResponse().text == "/1")
    let ticket = try late.tickets.next()
    late.desk.append(ticket, Self.octets(Self.head))
    #expect(try client.read(Self.head.utf8.count) == Self.octets(Self.head))
    for piece in ["1\r\na\r\n", "2\r\nbc\r\n"] {
      late.desk.append(ticket, Self.octets(piece))
      #expect(try client.read(piece.utf8.count) == Self.octets(piece))
    }
    late.desk.finish(ticket, with: Self.octets("0\r\n\r\n"), closes: false)
    #expect(try client.read(5) == Self.octets("0\r\n\r\n"))
    #expect(try client.readResponse().text == "/2")
    try client.send("TP/1.1\r\nHost: x\r\n\r\n")
    #expect(try client.readResponse().text == "/3")
    late.desk.append(ticket, Self.octets("too late"))
    try client.send(Self.get("/4"))
    #expect(try client.readResponse().text == "/4")
  }

  @Test(arguments: Transport.allCases)
  func theLastPieceMayEndTheConnection(over transport: Transport) throws {
    let late = try LateServer(over: transport)
    let (client, ticket) = try Self.ask(late)
    late.desk.append(ticket, Self.octets("a"))
    late.desk.finish(ticket, closes: true)
    #expect(try client.readToEnd() == Self.octets("a"))
  }

  /// Whoever hands in much waits until it has been taken; what is told comes in that order, and the end once.
  @Test(arguments: Transport.allCases)
  func itIsToldWhenAllHasBeenTaken(over transport: Transport) throws {
    let late = try LateServer(over: transport)
    let (client, ticket) = try Self.ask(late)
    let events = Arrivals<StreamEvent>()
    let big = [UInt8](repeating: 0x78, count: 8 << 20)
    late.desk.append(ticket, big) { events.append($0) }
    try late.roundTrip()
    // The sockets do not take it all.
    #expect(events.count == 0)
    #expect(try client.read(big.count) == big)
    #expect(try events.next() == .sent)
    late.desk.append(ticket, [1]) { events.append($0) }
    #expect(try events.next() == .sent)
    client.leave()
    #expect(try events.next() == .ended)
    late.desk.append(ticket, [2]) { events.append($0) }
    #expect(try events.next() == .ended)
    #expect(events.count == 0)
  }

  @Test(arguments: [false, true], Transport.allCases)
  func aClientThatLeavesEndsIt(byReset: Bool, over transport: Transport) throws {
    let late = try LateServer(over: transport)
    let (client, ticket) = try Self.ask(late)
    let events = Arrivals<StreamEvent>()
    late.desk.append(ticket, [1]) { events.append($0) }
    #expect(try events.next() == .sent)
    byReset ? client.abort() : client.leave()
    #expect(try events.next() == .ended)
  }

  @Test(arguments: Transport.allCases)
  func aClientThatTakesNothingIsCutOff(over transport: Transport) throws {
    var limits = ServerLimits()
    limits.sendDeadline = 20
    let late = try LateServer(limits: limits, over: transport)
    let (client, ticket) = try Self.ask(late)
    let events = Arrivals<StreamEvent>()
    late.desk.append(ticket, [UInt8](repeating: 0, count: 16 << 20)) { events.append($0) }
    #expect(try events.next() == .ended)
    client.leave()
  }

  @Test(arguments: Transport.allCases)
  func noDeadlineEndsItWhileNothingIsSent(over transport: Transport) throws {
    var limits = ServerLimits()
    (limits.idleDeadline, limits.headDeadline, limits.sendDeadline) = (20, 20, 20)
    let late = try LateServer(limits: limits, over: transport)
    let (client, ticket) = try Self.ask(late)
    late.desk.append(ticket, [1])
    #expect(try client.read(1) == [1])
    // Twice over a connection that came later has been idle for too long.
    for _ in 0..<2 { #expect(try late.connect().readToEnd().isEmpty) }
    late.desk.append(ticket, [2])
    #expect(try client.read(1) == [2])
  }

  /// Neither one that listens, nor one that has stopped reading.
  @Test(arguments: [1, 16 << 20], Transport.allCases)
  func aStopWaitsForNoneOfThem(count: Int, over transport: Transport) throws {
    let late = try LateServer(over: transport)
    let (client, ticket) = try Self.ask(late)
    let events = Arrivals<StreamEvent>()
    late.desk.append(ticket, [UInt8](repeating: 0, count: count)) { events.append($0) }
    if count == 1 { #expect(try events.next() == .sent) }
    let start = SystemClock.monotonic
    late.server.stop(graceMilliseconds: 60_000)
    #expect(SystemClock.monotonic - start < 30_000_000_000)
    #expect(try events.next() == .ended)
    client.leave()
  }

  // MARK: - With an end

  @Test(arguments: Transport.allCases)
  func oneThatEndsReachesAClientThatHasFinishedSending(over transport: Transport) throws {
    let late = try LateServer(over: transport)
    let (client, ticket) = try Self.ask(late)
    let events = Arrivals<StreamEvent>()
    client.finishSending()
    for piece in ["a", "b"] {
      late.desk.append(ticket, Self.octets(piece), isEndless: false) { events.append($0) }
      #expect(try events.next() == .sent)
      try late.roundTrip()
    }
    late.desk.finish(ticket, with: Self.octets("c"), closes: false)
    #expect(try client.readToEnd() == Self.octets("abc"))
    #expect(events.count == 0)
  }

  @Test(arguments: Transport.allCases)
  func aClientThatLeavesOneThatEndsIsSeenWhenItIsSentMore(over transport: Transport) throws {
    let late = try LateServer(over: transport)
    let (client, ticket) = try Self.ask(late)
    let events = Arrivals<StreamEvent>()
    late.desk.append(ticket, [1], isEndless: false) { events.append($0) }
    #expect(try events.next() == .sent)
    client.leave()
    // A FIN alone says nothing; what is sent then is answered by a reset.
    while try events.count == 0 || events.next() == .sent {
      late.desk.append(ticket, [2], isEndless: false) { events.append($0) }
      try late.roundTrip()
    }
  }

  @Test(arguments: Transport.allCases)
  func aStopWaitsForTheEndOfOneThatHasOne(over transport: Transport) throws {
    let late = try LateServer(over: transport)
    let (client, ticket) = try Self.ask(late)
    late.desk.append(ticket, Self.octets("a"), isEndless: false)
    let stopped = DispatchGroup()
    DispatchQueue(label: "stop").async(group: stopped) { late.server.stop(graceMilliseconds: 60_000) }
    try RawClient.awaitRefusal(port: late.server.address.port)
    late.desk.append(ticket, Self.octets("b"), isEndless: false)
    late.desk.finish(ticket, with: Self.octets("c"), closes: false)
    #expect(try client.readToEnd() == Self.octets("abc"))
    client.leave()
    #expect(stopped.wait(timeout: .now() + .seconds(30)) == .success)
  }

  @Test func aFinishedOneIsNotWaitedForEither() throws {
    let late = try LateServer()
    let (client, ticket) = try Self.ask(late)
    late.desk.append(ticket, [1])
    late.desk.finish(ticket, with: [2], closes: true)
    late.server.stop(graceMilliseconds: 60_000)
    #expect(try client.readToEnd() == [1, 2])
  }

  @Test func connectionsAreCounted() throws {
    let late = try LateServer()
    let clients = try (0..<3).map { _ in try late.connect() }
    for client in clients {
      try client.send(Self.get("/1"))
      _ = try client.readResponse()
    }
    #expect(late.desk.connections.openCount == 3)
    #expect(late.desk.connections.acceptedCount == 3)
    for client in clients {
      try client.send("GET /1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      _ = try client.readToEnd()
      client.leave()
    }
    late.server.stop(graceMilliseconds: 10_000)
    #expect(late.desk.connections.openCount == 0)
    #expect(late.desk.connections.acceptedCount == 3)
  }
}

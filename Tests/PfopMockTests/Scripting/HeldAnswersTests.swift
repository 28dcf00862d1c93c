import ByteText
import Glibc
import Guarded
import HTTPCore
import HTTPServer
import TestSupport
import Testing

@testable import PfopMock

struct HeldAnswersTests {
  /// A server whose handler keeps the answer to each request under the number in its path.
  private final class Server: Sendable {
    let held: HeldAnswers
    let http: HTTPServer

    init() throws {
      let desk = try AnswerDesk(loops: 1)
      let held = HeldAnswers(desk: desk, share: 2048)
      self.held = held
      http = try HTTPServer(
        address: SocketAddress(host: "127.0.0.1", port: 0), desk: desk, limits: ServerLimits()
      ) { _, _ in Handler(held) }
    }

    deinit { http.stop(graceMilliseconds: 0) }
  }

  private final class Handler: RequestHandler {
    private let held: HeldAnswers

    init(_ held: HeldAnswers) { self.held = held }

    func answer(_ request: IncomingRequest, to output: inout ByteBuffer) -> WirePlan {
      let request = copy request
      let path = String(decoding: request.head.target.path.view(in: request.message), as: UTF8.self)
      let octets = Array("HTTP/1.1 200 OK\r\nContent-Length: \(path.utf8.count)\r\n\r\n\(path)".utf8)
      let answer = HeldAnswers.Answer(
        ticket: request.ticket, octets: octets, steps: [.send(0..<octets.count)], closes: false)
      held.keep(answer, as: Int(path.dropFirst()) ?? 0)
      return .later
    }

    func refuse(_ refusal: Refusal, of request: borrowing IncompleteRequest, to output: inout ByteBuffer) {}
  }

  private func ask(_ server: Server, _ number: Int) throws -> RawClient {
    let client = try RawClient(port: server.http.address.port)
    try client.send("GET /\(number) HTTP/1.1\r\nHost: a\r\n\r\n")
    return client
  }

  @Test func anAnswerGoesWhenItIsReleasedOnEitherSideOfBeingKept() throws {
    let server = try Server()
    server.held.release(1)
    #expect(try ask(server, 1).readResponse().text == "/1")
    let second = try ask(server, 2)
    server.held.release(3)
    #expect(try ask(server, 3).readResponse().text == "/3")
    #expect(!second.hasMore())
    server.held.release(2)
    #expect(try second.readResponse().text == "/2")
  }

  @Test func octetsAreThoseThatAreHeld() throws {
    let server = try Server()
    #expect(server.held.octets == 0 && !server.held.isFull)
    let clients = try (1...4).map { try ask(server, $0) }
    // Each takes some 600 octets, and there is room for 2048.
    while server.held.count < 4 { sched_yield() }
    #expect(server.held.octets > 2048 && server.held.octets < 4096 && server.held.isFull)
    for number in 1...3 { server.held.release(number) }
    #expect(server.held.octets > 512 && !server.held.isFull)
    server.held.releaseAll()
    #expect(server.held.octets == 0 && server.held.count == 0)
    for client in clients { #expect(try client.readResponse().status == 200) }
  }

  @Test func nothingIsHeldForAClientThatHasGone() throws {
    let server = try Server()
    for number in 1...2 {
      let client = try ask(server, number)
      try awaitCount(server, 1)
      number == 1 ? client.leave() : client.finishSending()
      try awaitCount(server, 0)
      withExtendedLifetime(client) {}
    }
    server.held.release(1)
    // What was released for nobody is not released for somebody else.
    let other = try ask(server, 1)
    try awaitCount(server, 1)
    #expect(!other.hasMore())
    server.held.release(1)
    #expect(try other.readResponse().text == "/1")
  }

  private func awaitCount(_ server: Server, _ count: Int) throws {
    let end = ContinuousClock.now + .seconds(10)
    while server.held.count != count {
      guard ContinuousClock.now < end else { throw RawClient.Failure.timedOut }
      sched_yield()
    }
  }

  @Test func allGoAtTheEndAndThoseThatComeLateAtOnce() throws {
    let server = try Server()
    let early = try (1...3).map { try ask(server, $0) }
    server.held.releaseAll()
    for client in early { #expect(try client.readResponse().status == 200) }
    #expect(try ask(server, 4).readResponse().text == "/4")
  }
}

import Dispatch
import Guarded
import HTTPServer
import Logging
import PfopEngine
import Synchronization
import TestSupport
import Testing

@testable import PfopMock

/// Long responses to admin calls, through sockets, with content that there is in these tests only.
struct ContentSenderTests {
  /// How much has been made of some content, and whether it has been given up.
  private final class Probe: Sendable {
    private let pieces = Atomic(0)
    let isFreed: DispatchSemaphore

    init(_ isFreed: DispatchSemaphore = DispatchSemaphore(value: 0)) { self.isFreed = isFreed }

    deinit { isFreed.signal() }

    var pieceCount: Int { pieces.load(ordering: .relaxed) }

    func note() { pieces.add(1, ordering: .relaxed) }
  }

  /// `count` pieces of 64 KiB, before each of which it does something.
  private struct Content: ResponseContent {
    var count: Int
    var probe = Probe()
    var prepare: @Sendable () -> Void = {}

    var isAtEnd: Bool { count == 0 }

    mutating func next() -> [UInt8]? {
      guard count > 0 else { return nil }
      prepare()
      count -= 1
      probe.note()
      return [UInt8](repeating: 0x20, count: 64 << 10)
    }
  }

  /// `/long` has that content, `/empty` none, and `/short` is answered at once.
  private func withServer(_ content: @escaping @Sendable () -> Content, _ body: (HTTPServer) throws -> Void) throws {
    let routes = [
      AdminRoute(.get, "long", "Answer with that content", description: CallDescription(answers: [])) {
        $0.answer(with: content())
      },
      AdminRoute(.get, "list", "Answer with an empty list", description: CallDescription(answers: [])) {
        $0.answer(with: ListContent(EntryItems(rulesOf: $0.core.withService { $0.entries }), named: "rules"))
      },
      AdminRoute(.get, "short", "Answer at once", description: CallDescription(answers: [])) { _ in
        .object { $0.member("short", true) }
      },
    ]
    let desk = try AnswerDesk(loops: 1)
    let log = RequestLog(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, showsAccepted: false)
    let core = try MockCore(
      configuration: Configuration(), fixture: try FixtureSource(paths: []).load(), log: log, desk: desk,
      backstage: try BackstageDoor())
    let address = try SocketAddress(host: "127.0.0.1", port: 0)
    let server = try HTTPServer(address: address, desk: desk, limits: ServerLimits()) { loop, addresses in
      try MockHandler(core: core, loop: loop, addresses: addresses, adminRoutes: routes)
    }
    defer { server.stop(graceMilliseconds: 0) }
    try body(server)
  }

  private static func get(_ path: String, _ version: String = "1.1") -> String {
    "GET /__admin/\(path) HTTP/\(version)\r\nHost: localhost\r\n\r\n"
  }

  private func ask(_ server: HTTPServer, _ path: String, _ version: String = "1.1") throws -> RawClient {
    let client = try RawClient(port: server.address.port)
    try client.send(Self.get(path, version))
    return client
  }

  @Test func piecesComeUntilTheEndAndTheConnectionGoesOn() throws {
    try withServer({ Content(count: 40) }) { server in
      let client = try ask(server, "long")
      try client.send(Self.get("short"))
      let response = try client.readResponse()
      #expect(response.body.count == 40 << 16 && response["Transfer-Encoding"] == "chunked")
      #expect(response["X-Reqid"]?.count == 16)
      #expect(try client.readResponse().text == #"{"short": true}"#)
      let other = try ask(server, "long", "1.0")
      let octets = try other.readToEnd()
      #expect(octets.suffix(40 << 16).allSatisfy { $0 == 0x20 } && octets.count < 41 << 16)
    }
  }

  @Test func onePieceLeavesWithItsLength() throws {
    try withServer({ Content(count: 1) }) { server in
      for path in ["long", "list"] {
        let client = try ask(server, path)
        let response = try client.readResponse()
        #expect(response["Content-Length"] == "\(response.body.count)" && response["Transfer-Encoding"] == nil)
      }
    }
  }

  @Test(arguments: [1, 3])
  func HEADHasTheFieldsOfGET(count: Int) throws {
    try withServer({ Content(count: count) }) { server in
      let client = try ask(server, "long")
      let response = try client.readResponse()
      try client.send(Self.get("long").replacing("GET", with: "HEAD", maxReplacements: 1) + Self.get("short"))
      let head = try client.readResponse(toHead: true)
      #expect(head.fields.map(\.name) == response.fields.map(\.name))
      #expect(head["Content-Length"] == response["Content-Length"])
      #expect(try client.readResponse().status == 200)
    }
  }

  @Test func aClientThatTakesNothingHasFewPiecesMade() throws {
    let probe = Probe()
    try withServer({ Content(count: .max, probe: probe) }) { server in
      let client = try ask(server, "long")
      let other = try RawClient(port: server.address.port)
      let end = ContinuousClock.now + .seconds(10)
      var (count, before) = (0, -1)
      // What the sockets' buffers take is some megabytes.
      while count != before || count == 0, ContinuousClock.now < end {
        before = count
        for _ in 0..<50 {
          try other.send(Self.get("short"))
          _ = try other.readResponse()
        }
        count = probe.pieceCount
      }
      #expect(count == before && count < 500, "\(count) pieces")
      withExtendedLifetime(client) {}
    }
  }

  @Test(arguments: [RawClient.abort, RawClient.leave])
  func whatAClientLeavesIsGivenUp(by depart: @Sendable (RawClient) -> () -> Void) throws {
    let isFreed = DispatchSemaphore(value: 0)
    try withServer({ Content(count: .max, probe: Probe(isFreed)) }) { server in
      for readsBefore in [false, true] {
        let client = try ask(server, "long")
        if readsBefore { _ = try client.read(1 << 20) }
        depart(client)()
        #expect(isFreed.wait(timeout: .now() + .seconds(10)) == .success)
      }
    }
  }

  @Test func aClientThatHasFinishedSendingGetsAllOfIt() throws {
    try withServer({ Content(count: 100) }) { server in
      let client = try ask(server, "long")
      client.finishSending()
      #expect(try RawResponse.parseAll(client.readToEnd()).map(\.body.count) == [100 << 16])
    }
  }

  @Test func callsThatAreShortDoNotWaitForLongOnes() throws {
    let gate = DispatchSemaphore(value: 0)
    let probe = Probe()
    let isStuck = DispatchSemaphore(value: 0)
    let content = Content(count: 3, probe: probe) {
      // The first piece goes with the head.
      guard probe.pieceCount == 1 else { return }
      isStuck.signal()
      gate.wait()
    }
    try withServer({ content }) { server in
      let slow = try ask(server, "long")
      #expect(isStuck.wait(timeout: .now() + .seconds(10)) == .success)
      let other = try RawClient(port: server.address.port)
      try other.send(Self.get("short") + Self.get("list"))
      #expect(try other.readResponse().text == #"{"short": true}"#)
      #expect(try other.readResponse().text == #"{"rules": []}"#)
      gate.signal()
      #expect(try slow.readResponse().body.count == 3 << 16)
    }
  }
}

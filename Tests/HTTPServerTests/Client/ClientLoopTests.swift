import Foundation
import HTTPCore
import TestSupport
import Testing

@testable import HTTPServer

/// A loop as its owner sees it: many exchanges at once, and its end.
struct ClientLoopTests {
  // MARK: - Many

  @Test func manyExchangesGoOnAtOnce() throws {
    let count = 1000
    // Each takes two descriptors of this process.
    try DescriptorLimit.raise()
    let echo = try EchoServer(loops: 2)
    let address = try SocketAddress(host: "127.0.0.1", port: echo.server.address.port)
    let client = try TestClient()
    for tag in 0..<count {
      let message = "POST /\(tag) HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx"
      client.start(
        OutgoingExchange(addresses: [address], serverName: nil, message: Array(message.utf8)), tag: UInt64(tag))
    }
    var tags: Set<UInt64> = []
    for _ in 0..<count {
      let end = try client.ends.next()
      tags.insert(end.tag)
      let answer = ReceivedAnswer(status: 200, content: Array("POST /\(end.tag)|x".utf8), remark: nil)
      #expect(end.outcome.result == .success(answer))
    }
    #expect(tags == Set(0..<UInt64(count)))
    #expect(try client.ask { $0.connections.isEmpty })
  }

  @Test func aSlowPeerHoldsUpNobody() throws {
    let (slow, quick) = (try RawListener(), try RawListener())
    let client = try TestClient()
    client.start(try OutgoingExchange(to: slow), tag: 1)
    let peer = try slow.accept()
    client.start(try OutgoingExchange(to: quick), tag: 2)
    let other = try quick.accept()
    try other.send("HTTP/1.1 204 None\r\n\r\n")
    #expect(try client.ends.next().tag == 2)
    try peer.send("HTTP/1.1 204 None\r\n\r\n")
    #expect(try client.ends.next().tag == 1)
  }

  @Test func socketsAreClosedHoweverExchangesEnd() throws {
    let (listener, full, nobody) = (try RawListener(), try RawListener.full(), try RawListener(backlog: nil))
    let client = try TestClient(ClientLimits(\.connectDeadline, milliseconds: 100))
    var peers: [RawClient] = []
    for _ in 0..<30 {
      client.start(try OutgoingExchange(to: listener))
      peers.append(try listener.accept())
    }
    var sockets = try Set(client.ask { $0.connections.keys.map(Self.socket) })
    #expect(try sockets.count == 30 && Self.openSockets.isSuperset(of: sockets))
    for _ in 0..<10 { client.start(try OutgoingExchange(to: full)) }
    sockets.formUnion(try client.ask { $0.connections.keys.map(Self.socket) })
    for _ in 0..<10 { client.start(try OutgoingExchange(to: nobody)) }
    for (index, peer) in peers.enumerated() {
      switch index % 3 {
      case 0: peer.abort()
      case 1: try peer.send("HTTP/1.1 204 None\r\n\r\n")
      default: try peer.send("nonsense\r\n")
      }
    }
    for _ in 0..<50 { _ = try client.ends.next() }
    #expect(try client.ask { $0.connections.isEmpty })
    #expect(try Self.openSockets.isDisjoint(with: sockets))
  }

  /// A socket's name that no other ever has, unlike its descriptor.
  private static func socket(_ descriptor: Int32) -> String { socket(named: "\(descriptor)") }

  private static func socket(named descriptor: String) -> String {
    var name = [CChar](repeating: 0, count: 64)
    let count = readlink("/proc/self/fd/\(descriptor)", &name, name.count)
    return String(decoding: name.prefix(max(count, 0)).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private static var openSockets: Set<String> {
    get throws { Set(try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").map(socket(named:))) }
  }

  // MARK: - The end

  @Test func aStopBreaksOffWhateverIsUnderWay() throws {
    let (full, listener, silent) = (try RawListener.full(), try RawListener(receiveBuffer: 4096), try RawListener())
    // What is begun then does not begin any more.
    let next = try OutgoingExchange(to: silent)
    let client = try TestClient { driver, tag in
      if tag < 10 { driver.start(next, tag: tag + 10) }
    }
    client.start(try OutgoingExchange(to: full), tag: 1)
    client.start(try OutgoingExchange(to: listener, message: String(repeating: "x", count: 24 << 20)), tag: 2)
    client.start(try OutgoingExchange(to: silent), tag: 3)
    let (sending, awaited) = (try listener.accept(), try silent.accept())
    try awaited.readRequest()
    let sockets = try Set(client.ask { $0.connections.keys.map(Self.socket) })
    #expect(sockets.count == 3)
    client.stop()
    var ends: [UInt64: ExchangeOutcome] = [:]
    while client.ends.count > 0 {
      let end = try client.ends.next()
      ends[end.tag] = end.outcome
    }
    #expect(ends[1] == .failed(.stopped, at: full))
    #expect(ends[2] == .failed(.stopped, at: listener))
    #expect(ends[3] == .failed(.stopped, at: silent))
    let unbegun = ExchangeOutcome(result: .failure(.stopped), address: "", wasResent: false)
    for tag in UInt64(11)...13 { #expect(ends[tag] == unbegun) }
    #expect(ends.count == 6)
    #expect(try Self.openSockets.isDisjoint(with: sockets))
    #expect(try awaited.readToEnd().isEmpty)
    sending.leave()
    client.stop()
  }

  @Test func aLoopEndsWithItsOwner() throws {
    let silent = try RawListener()
    var peers: [RawClient] = []
    do {
      let client = try TestClient()
      client.start(try OutgoingExchange(to: silent))
      peers.append(try silent.accept())
      try peers[0].readRequest()
    }
    #expect(try peers[0].readToEnd().isEmpty)
  }

  @Test func whatAHandlerCannotBeMadeForIsThrown() throws {
    let waker = try LoopWaker()
    #expect(throws: RawClient.Failure.timedOut) {
      try ClientLoop(limits: ClientLimits(), trust: TLSTrust(), waker: waker) { _ in
        throw RawClient.Failure.timedOut
      }
    }
  }
}

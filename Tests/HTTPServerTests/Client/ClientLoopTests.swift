import Dispatch
import Foundation
import Guarded
import HTTPCore
import TestSupport
import Testing

@testable import HTTPServer

/// A loop as its owner sees it: many exchanges, the time, wishes of other threads, and its end.
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
      try ClientLoop(limits: ClientLimits(), trust: TLSTrust(caFile: nil), waker: waker) { _ in
        throw RawClient.Failure.timedOut
      }
    }
  }

  // MARK: - Time

  @Test func aTimeComesOnceAndNotBefore() throws {
    let client = try TestClient()
    let due = try client.ask { driver in
      let due = driver.milliseconds + 30
      driver.setTimer(at: due)
      return due
    }
    #expect(try client.times.next() >= due)
    // Behind it: a time of the past comes at once, and the first does not come again.
    client.onLoop { $0.setTimer(at: $0.milliseconds - 1000) }
    _ = try client.times.next()
    #expect(client.times.count == 0)
  }

  @Test func aTimeIsSetAnewOrTakenBack() throws {
    let client = try TestClient()
    client.onLoop { driver in
      driver.setTimer(at: driver.milliseconds + 5)
      driver.setTimer(at: nil)
      driver.setTimer(at: nil)
      driver.setTimer(at: driver.milliseconds + 600_000)
      driver.setTimer(at: driver.milliseconds + 40)
    }
    let first = try client.times.next()
    client.onLoop { $0.setTimer(at: $0.milliseconds + 5) }
    #expect(try client.times.next() > first)
    #expect(client.times.count == 0)
  }

  @Test func aTimeMayBeSetAsItComes() throws {
    let remaining = Guarded(20)
    let client = try TestClient(timerFired: { driver in
      let isLast = remaining.withLock { remaining in
        remaining -= 1
        return remaining == 0
      }
      if !isLast { driver.setTimer(at: driver.milliseconds + 1) }
    })
    client.onLoop { $0.setTimer(at: $0.milliseconds + 1) }
    let times = try (0..<20).map { _ in try client.times.next() }
    #expect(times == times.sorted() && Set(times).count == 20)
  }

  // MARK: - Wishes

  /// Nobody else wakes this loop.
  @Test func itComesBackWhenItWasAskedTo() throws {
    let turns = Arrivals<Int>()
    let loop = try ClientLoop(limits: ClientLimits(), trust: TLSTrust(caFile: nil), waker: LoopWaker()) { driver in
      driver.setTimer(at: driver.milliseconds + 20)
      return Returner(driver, turns)
    }
    #expect(try turns.next() == 1)
    #expect(try turns.next() == 2)
    loop.stop()
  }

  private final class Returner: ClientHandler {
    private let driver: ClientDriver
    private let turns: Arrivals<Int>
    private var count = 0

    init(_ driver: ClientDriver, _ turns: Arrivals<Int>) {
      self.driver = driver
      self.turns = turns
    }

    func woken() -> Bool {
      if count > 0 { turns.append(count) }
      if count == 1 { timerFired() }
      return false
    }

    func timerFired() {
      count += 1
      driver.comeBack()
    }

    func ended(_ tag: UInt64, _ outcome: ExchangeOutcome) {}
  }

  @Test func noWishIsLost() throws {
    let client = try TestClient()
    let (threads, count) = (4, 3000)
    let fulfilled = Arrivals<Int>()
    let posting = DispatchGroup()
    for thread in 0..<threads {
      DispatchQueue(label: "wishes \(thread)").async(group: posting) {
        for number in 0..<count {
          client.onLoop { _ in fulfilled.append(thread * count + number) }
          // Now and then long enough for the loop to fall asleep, or to be about to.
          if number % 100 == 0 { spin(microseconds: (number / 100) * 100) }
        }
      }
    }
    var seen: Set<Int> = []
    for _ in 0..<threads * count { seen.insert(try fulfilled.next()) }
    posting.wait()
    #expect(seen.count == threads * count)
    #expect(fulfilled.count == 0)
  }

  private func spin(microseconds: Int) {
    let end = SystemClock.monotonic + Int64(microseconds) * 1000
    while SystemClock.monotonic < end {}
  }
}

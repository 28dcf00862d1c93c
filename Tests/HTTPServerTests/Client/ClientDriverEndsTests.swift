import Dispatch
import HTTPCore
import TestSupport
import Testing

@testable import HTTPServer

/// When a connection carries another exchange, and what becomes of one that should have.
struct ClientDriverEndsTests {
  private static let answer = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nseen"

  /// A client that begins `next` as the exchange 1 ends.
  private func client(
    _ limits: ClientLimits = ClientLimits(), next: OutgoingExchange..., before: @escaping @Sendable () -> Void = {}
  ) throws -> TestClient {
    try TestClient(limits) { driver, tag in
      guard tag == 1 else { return }
      for (index, outgoing) in next.enumerated() { driver.start(outgoing, tag: UInt64(index + 2)) }
      before()
    }
  }

  private func answer(_ peer: RawClient, _ text: String = answer) throws {
    try peer.readRequest()
    try peer.send(text)
  }

  // MARK: - Used again

  @Test func anExchangeThatBeginsAsAnotherEndsUsesItsConnection() throws {
    let listener = try RawListener()
    let outgoing = try OutgoingExchange(to: listener)
    let client = try TestClient { driver, tag in
      if tag < 100 { driver.start(outgoing, tag: tag + 1) }
    }
    client.start(outgoing)
    let peer = try listener.accept()
    for tag in 1...100 {
      // Nothing is carried over from one answer to the next.
      let isEven = tag % 2 == 0
      try answer(peer, isEven ? Self.answer : "HTTP/1.1 100 Go on\r\n\r\nHTTP/1.1 204 None\r\n\r\n")
      let end = try client.ends.next()
      #expect(end.tag == UInt64(tag))
      #expect(end.outcome == .answered(isEven ? 200 : 204, isEven ? "seen" : "", at: listener))
    }
    #expect(try peer.readToEnd().isEmpty)
  }

  @Test func oneOfSeveralUsesIt() throws {
    let listener = try RawListener()
    let outgoing = try OutgoingExchange(to: listener)
    let client = try client(next: outgoing, outgoing)
    client.start(outgoing)
    let first = try listener.accept()
    try answer(first)
    let second = try listener.accept()
    try answer(second)
    try answer(first)
    #expect(try (0..<3).map { _ in try client.ends.next().tag }.sorted() == [1, 2, 3])
  }

  /// One address among several is enough.
  @Test func anotherAddressOfTheSamePlaceWillDo() throws {
    let (nobody, listener) = (try RawListener(backlog: nil), try RawListener())
    let client = try client(next: try OutgoingExchange(to: nobody, listener))
    client.start(try OutgoingExchange(to: listener))
    let peer = try listener.accept()
    for _ in 0..<2 {
      try answer(peer)
      #expect(try client.outcome() == .answered(200, "seen", at: listener))
    }
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\nseen",
    "HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nseen",
    "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nseen and more",
    "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nseen\r\n0\r\n\r\n",
  ])
  func aConnectionThatCannotCarryMoreIsClosed(text: String) throws {
    let listener = try RawListener()
    let outgoing = try OutgoingExchange(to: listener)
    let client = try client(next: outgoing)
    client.start(outgoing)
    let first = try listener.accept()
    try answer(first, text)
    #expect(try client.outcome() == .answered(200, "seen", at: listener))
    let second = try listener.accept()
    try answer(second)
    #expect(try client.outcome() == .answered(200, "seen", at: listener))
    #expect(try first.readToEnd().isEmpty)
  }

  /// What comes behind an answer without content is not taken for the beginning of the next one.
  @Test func contentThatMustNotBeThereSpoilsNothing() throws {
    let listener = try RawListener()
    let outgoing = try OutgoingExchange(to: listener)
    let client = try client(next: outgoing)
    client.start(outgoing)
    let first = try listener.accept()
    try answer(first, "HTTP/1.1 204 None\r\nContent-Length: 4\r\n\r\n")
    #expect(try client.outcome() == .answered(204, at: listener))
    let second = try listener.accept()
    try answer(second)
    #expect(try client.outcome() == .answered(200, "seen", at: listener))
  }

  @Test func anotherPlaceGetsItsOwn() throws {
    let (listener, other) = (try RawListener(), try RawListener())
    let client = try client(next: try OutgoingExchange(to: other))
    client.start(try OutgoingExchange(to: listener))
    let first = try listener.accept()
    try answer(first)
    #expect(try client.outcome() == .answered(200, "seen", at: listener))
    try answer(try other.accept())
    #expect(try client.outcome() == .answered(200, "seen", at: other))
    #expect(try first.readToEnd().isEmpty)
  }

  @Test func overTLSItIsAnotherPlace() throws {
    let listener = try RawListener()
    let client = try client(next: try OutgoingExchange(to: listener, serverName: "localhost"))
    client.start(try OutgoingExchange(to: listener))
    let first = try listener.accept()
    try answer(first)
    #expect(try client.outcome() == .answered(200, "seen", at: listener))
    let second = try listener.accept()
    // A handshake record (RFC 8446, section 5.1).
    #expect(try second.read(1) == [22])
    second.abort()
    _ = try client.outcome()
    #expect(try first.readToEnd().isEmpty)
  }

  @Test func anExchangeThatBeginsLaterGetsItsOwn() throws {
    let listener = try RawListener()
    let outgoing = try OutgoingExchange(to: listener)
    let client = try TestClient()
    for _ in 0..<2 {
      client.start(outgoing)
      let peer = try listener.accept()
      try answer(peer)
      #expect(try client.outcome() == .answered(200, "seen", at: listener))
      #expect(try peer.readToEnd().isEmpty)
    }
  }

  // MARK: - Sent once more

  enum Parting: CaseIterable {
    /// Before the next request is sent.
    case closesFirst, resetsFirst
    /// Once it has come.
    case closes, resets
  }

  @Test(arguments: Parting.allCases)
  func whatAPeerClosesInsteadOfAnsweringIsSentOnceMore(parting: Parting) throws {
    let listener = try RawListener()
    let outgoing = try OutgoingExchange(to: listener)
    let hasLeft = DispatchSemaphore(value: 0)
    let client = try client(next: outgoing) {
      // The loop stands still until the peer has gone.
      _ = hasLeft.wait(timeout: .now() + .seconds(10))
    }
    client.start(outgoing)
    let first = try listener.accept()
    try answer(first)
    switch parting {
    case .closesFirst: first.leave()
    case .resetsFirst: first.abort()
    case .closes, .resets: break
    }
    hasLeft.signal()
    #expect(try client.outcome() == .answered(200, "seen", at: listener))
    switch parting {
    case .closesFirst, .resetsFirst: break
    case .closes:
      try first.readRequest()
      first.leave()
    case .resets:
      try first.readRequest()
      first.abort()
    }
    let second = try listener.accept()
    try answer(second)
    #expect(try client.outcome() == .answered(200, "seen", at: listener, wasResent: true))
  }

  @Test func itIsNotSentAThirdTime() throws {
    let listener = try RawListener()
    let outgoing = try OutgoingExchange(to: listener)
    let client = try client(next: outgoing)
    client.start(outgoing)
    let first = try listener.accept()
    try answer(first)
    try first.readRequest()
    first.leave()
    let second = try listener.accept()
    try second.readRequest()
    second.leave()
    #expect(try client.outcome() == .answered(200, "seen", at: listener))
    #expect(try client.outcome() == .failed(.closed(afterOctets: 0, nil), at: listener, wasResent: true))
  }

  @Test func onAConnectionOfItsOwnItIsNotSentAgain() throws {
    let listener = try RawListener()
    let client = try TestClient()
    client.start(try OutgoingExchange(to: listener))
    let peer = try listener.accept()
    try peer.readRequest()
    peer.leave()
    #expect(try client.outcome() == .failed(.closed(afterOctets: 0, nil), at: listener))
  }

  /// The peer has begun to do something about it.
  @Test func whatWasAnsweredInPartIsNotSentAgain() throws {
    let listener = try RawListener()
    let outgoing = try OutgoingExchange(to: listener)
    let client = try client(next: outgoing)
    client.start(outgoing)
    let peer = try listener.accept()
    try answer(peer)
    try answer(peer, "HTTP")
    peer.leave()
    #expect(try client.outcome() == .answered(200, "seen", at: listener))
    #expect(try client.outcome() == .failed(.closed(afterOctets: 4, nil), at: listener))
  }

  /// Neither is what the peer may still be busy with.
  @Test func whatIsNotAnsweredInTimeIsNotSentAgain() throws {
    let listener = try RawListener()
    let outgoing = try OutgoingExchange(to: listener)
    let client = try client(ClientLimits(\.answerDeadline, milliseconds: 40), next: outgoing)
    var peers: [RawClient] = []
    try client.start(outgoing) {
      peers.append(try listener.accept())
      try peers[0].send(Self.answer)
    }
    #expect(try client.outcome() == .answered(200, "seen", at: listener))
    let failure = ExchangeFailure.answerTimedOut(afterOctets: 0, milliseconds: 40)
    #expect(try client.outcome() == .failed(failure, at: listener))
    for _ in 0..<2 { try peers[0].readRequest() }
  }

  /// What came before any of the request was sent says nothing of it.
  @Test func whatCameUnaskedIsNoAnswer() throws {
    let listener = try RawListener()
    let outgoing = try OutgoingExchange(to: listener)
    let (hasEnded, hasLeft) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let client = try client(next: outgoing) {
      hasEnded.signal()
      _ = hasLeft.wait(timeout: .now() + .seconds(10))
    }
    client.start(outgoing)
    let first = try listener.accept()
    try answer(first)
    #expect(hasEnded.wait(timeout: .now() + .seconds(10)) == .success)
    try first.send("HTTP/1.1 408 Too Slow\r\nContent-Length: 0\r\n\r\n")
    first.abort()
    hasLeft.signal()
    #expect(try client.outcome() == .answered(200, "seen", at: listener))
    try answer(try listener.accept())
    #expect(try client.outcome() == .answered(200, "seen", at: listener, wasResent: true))
  }
}

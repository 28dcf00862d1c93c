import HTTPCore
import TestSupport
import Testing

@testable import HTTPServer

/// When a connection carries another exchange.
struct ClientConnectionTests {
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
      try peer.answer(isEven ? RawClient.answer : "HTTP/1.1 100 Go on\r\n\r\nHTTP/1.1 204 None\r\n\r\n")
      let end = try client.ends.next()
      #expect(end.tag == UInt64(tag))
      #expect(end.outcome == .answered(isEven ? 200 : 204, isEven ? "seen" : "", at: listener))
    }
    #expect(try peer.readToEnd().isEmpty)
  }

  @Test func oneOfSeveralUsesIt() throws {
    let listener = try RawListener()
    let outgoing = try OutgoingExchange(to: listener)
    let client = try TestClient(next: outgoing, outgoing)
    client.start(outgoing)
    let first = try listener.accept()
    try first.answer()
    let second = try listener.accept()
    try second.answer()
    try first.answer()
    #expect(try (0..<3).map { _ in try client.ends.next().tag }.sorted() == [1, 2, 3])
  }

  /// One address among several is enough.
  @Test func anotherAddressOfTheSamePlaceWillDo() throws {
    let (nobody, listener) = (try RawListener(backlog: nil), try RawListener())
    let client = try TestClient(next: try OutgoingExchange(to: nobody, listener))
    client.start(try OutgoingExchange(to: listener))
    let peer = try listener.accept()
    for _ in 0..<2 {
      try peer.answer()
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
    let client = try TestClient(next: outgoing)
    client.start(outgoing)
    let first = try listener.accept()
    try first.answer(text)
    #expect(try client.outcome() == .answered(200, "seen", at: listener))
    let second = try listener.accept()
    try second.answer()
    #expect(try client.outcome() == .answered(200, "seen", at: listener))
    #expect(try first.readToEnd().isEmpty)
  }

  /// What comes behind an answer without content is not taken for the beginning of the next one.
  @Test func contentThatMustNotBeThereSpoilsNothing() throws {
    let listener = try RawListener()
    let outgoing = try OutgoingExchange(to: listener)
    let client = try TestClient(next: outgoing)
    client.start(outgoing)
    let first = try listener.accept()
    try first.answer("HTTP/1.1 204 None\r\nContent-Length: 4\r\n\r\n")
    #expect(try client.outcome() == .answered(204, at: listener))
    let second = try listener.accept()
    try second.answer()
    #expect(try client.outcome() == .answered(200, "seen", at: listener))
  }

  @Test func anotherPlaceGetsItsOwn() throws {
    let (listener, other) = (try RawListener(), try RawListener())
    let client = try TestClient(next: try OutgoingExchange(to: other))
    client.start(try OutgoingExchange(to: listener))
    let first = try listener.accept()
    try first.answer()
    #expect(try client.outcome() == .answered(200, "seen", at: listener))
    try other.accept().answer()
    #expect(try client.outcome() == .answered(200, "seen", at: other))
    #expect(try first.readToEnd().isEmpty)
  }

  @Test func overTLSItIsAnotherPlace() throws {
    let listener = try RawListener()
    let client = try TestClient(next: try OutgoingExchange(to: listener, serverName: "localhost"))
    client.start(try OutgoingExchange(to: listener))
    let first = try listener.accept()
    try first.answer()
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
      try peer.answer()
      #expect(try client.outcome() == .answered(200, "seen", at: listener))
      #expect(try peer.readToEnd().isEmpty)
    }
  }
}

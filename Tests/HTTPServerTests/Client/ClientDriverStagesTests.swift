import Glibc
import HTTPCore
import TestSupport
import Testing

@testable import HTTPServer

/// How far an exchange comes with peers of every kind.
struct ClientDriverStagesTests {
  /// More than what sockets take for a peer that reads nothing.
  private static let longMessage = String(repeating: "x", count: 24 << 20)

  // MARK: - Connecting

  @Test func aRequestIsSentAsItIsAndAnswered() throws {
    let listener = try RawListener()
    let client = try TestClient()
    client.start(try OutgoingExchange(to: listener))
    let peer = try listener.accept()
    #expect(try peer.read(OutgoingExchange.request.utf8.count) == Array(OutgoingExchange.request.utf8))
    try peer.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 Busy\r\nContent-Le")
    try peer.send("ngth: 4\r\n\r\nse")
    try peer.send("en")
    #expect(try client.outcome() == .answered(503, "seen", at: listener))
    // Nobody goes on over it.
    #expect(try peer.readToEnd().isEmpty)
  }

  @Test func aPortWhereNobodyListensRefuses() throws {
    let nobody = try RawListener(backlog: nil)
    let client = try TestClient()
    client.start(try OutgoingExchange(to: nobody))
    let outcome = try client.outcome()
    #expect(outcome == .failed(.notConnected(.refused), at: nobody))
    #expect(outcome.isRefused)
  }

  @Test func theNextAddressIsTriedUntilOneAccepts() throws {
    let (nobody, listener, unused) = (try RawListener(backlog: nil), try RawListener(), try RawListener())
    let client = try TestClient()
    client.start(try OutgoingExchange(to: nobody, nobody, listener, unused))
    try listener.accept().answer("HTTP/1.1 204 None\r\n\r\n")
    #expect(try client.outcome() == .answered(204, at: listener))
  }

  @Test func theLastAddressSaysWhyNoneAccepted() throws {
    let (first, last) = (try RawListener(backlog: nil), try RawListener(backlog: nil))
    let client = try TestClient()
    client.start(try OutgoingExchange(to: first, last))
    #expect(try client.outcome() == .failed(.notConnected(.refused), at: last))
  }

  /// The kernel connects nobody to a broadcast address, and says so at once.
  @Test func anAddressThatFailsAtOnceIsPassedOver() throws {
    let listener = try RawListener()
    let client = try TestClient()
    let nowhere = try SocketAddress(host: "127.255.255.255", port: listener.port)
    var outgoing = try OutgoingExchange(to: listener)
    outgoing.addresses.insert(nowhere, at: 0)
    client.start(outgoing)
    let peer = try listener.accept()
    try peer.send("HTTP/1.1 204 None\r\n\r\n")
    #expect(try client.outcome() == .answered(204, at: listener))
    outgoing.addresses = [nowhere, nowhere]
    client.start(outgoing)
    let outcome = try client.outcome()
    #expect(outcome.address == nowhere.authority)
    #expect(outcome.result == .failure(.notConnected(SystemError(call: "connect", code: ENETUNREACH))))
    #expect(!outcome.isRefused)
  }

  @Test func aConnectionThatDoesNotComeIsGivenUp() throws {
    let full = try RawListener.full()
    let client = try TestClient(ClientLimits(\.connectDeadline, milliseconds: 40))
    client.start(try OutgoingExchange(to: full))
    #expect(try client.outcome() == .failed(.connectTimedOut(milliseconds: 40), at: full))
  }

  @Test func afterAConnectionThatDoesNotComeTheNextAddressIsTried() throws {
    let (full, listener) = (try RawListener.full(), try RawListener())
    let client = try TestClient(ClientLimits(\.connectDeadline, milliseconds: 40))
    client.start(try OutgoingExchange(to: full, listener))
    try listener.accept().answer("HTTP/1.1 204 None\r\n\r\n")
    #expect(try client.outcome() == .answered(204, at: listener))
  }

  // MARK: - Sending

  @Test func aLongRequestArrivesWhole() throws {
    let listener = try RawListener(receiveBuffer: 4096)
    let client = try TestClient()
    let message = String(repeating: "0123456789abcdef", count: 1 << 17)
    client.start(try OutgoingExchange(to: listener, message: message))
    let peer = try listener.accept()
    #expect(try peer.read(message.utf8.count) == Array(message.utf8))
    try peer.send("HTTP/1.1 204 None\r\n\r\n")
    #expect(try client.outcome() == .answered(204, at: listener))
  }

  @Test func aPeerThatTakesNothingIsGivenUp() throws {
    let listener = try RawListener(receiveBuffer: 4096)
    let client = try TestClient(ClientLimits(\.sendDeadline, milliseconds: 40))
    client.start(try OutgoingExchange(to: listener, message: Self.longMessage))
    let peer = try listener.accept()
    #expect(try client.outcome() == .failed(.sendTimedOut(milliseconds: 40), at: listener))
    peer.leave()
  }

  /// The status counts, whatever becomes of the rest.
  @Test func aPeerThatAnswersInPartAndTakesNothingHasAnswered() throws {
    let listener = try RawListener(receiveBuffer: 4096)
    let client = try TestClient(ClientLimits(\.sendDeadline, milliseconds: 40))
    var peers: [RawClient] = []
    try client.start(OutgoingExchange(to: listener, message: Self.longMessage)) {
      peers.append(try listener.accept())
      try peers[0].send("HTTP/1.1 413 Too Large\r\nContent-Length: 5\r\n\r\nhel")
    }
    let remark = "cut off: none of the request was taken in 40 ms"
    #expect(try client.outcome() == .answered(413, "hel", remark: remark, at: listener))
  }

  /// Its connection ends with it: the rest of the request would be taken for another one.
  @Test func anAnswerBeforeTheRequestWasReadCounts() throws {
    let listener = try RawListener(receiveBuffer: 4096)
    let next = try OutgoingExchange(to: listener)
    let client = try TestClient { driver, tag in
      if tag == 1 { driver.start(next, tag: 2) }
    }
    client.start(try OutgoingExchange(to: listener, message: Self.longMessage))
    let peer = try listener.accept()
    try peer.send("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
    #expect(try client.outcome() == .answered(413, at: listener))
    let other = try listener.accept()
    try other.readRequest()
    try other.send("HTTP/1.1 204 None\r\n\r\n")
    #expect(try client.outcome() == .answered(204, at: listener))
    peer.leave()
  }

  /// What has come before a reset is read: most servers reset when they close on a request that they have not read.
  @Test func anAnswerCountsAlsoIfTheConnectionBreaksBehindIt() throws {
    let listener = try RawListener(receiveBuffer: 4096)
    let outgoing = try OutgoingExchange(to: listener, message: Self.longMessage)
    let client = try TestClient()
    for number in 0..<50 {
      client.start(outgoing)
      let peer = try listener.accept()
      if number % 2 == 0 { _ = try peer.read(1) }
      try peer.send("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
      peer.leave()
      #expect(try client.outcome() == .answered(413, at: listener))
    }
  }

  @Test func aPeerThatLeavesWhileTheRequestIsSentHasNotAnswered() throws {
    let listener = try RawListener(receiveBuffer: 4096)
    let client = try TestClient()
    client.start(try OutgoingExchange(to: listener, message: Self.longMessage))
    let peer = try listener.accept()
    _ = try peer.read(1)
    peer.abort()
    switch try client.outcome().result {
    // Whichever call meets the reset first.
    case .failure(.closed(afterOctets: 0, SystemError.reset)), .failure(.sendFailed): break
    case let other: Issue.record("\(other)")
    }
  }

  // MARK: - The answer

  private enum Behaviour: String, CaseIterable {
    case waits, closes, resets
  }

  @Test(arguments: Behaviour.allCases, ["", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"])
  private func noStatusIsNoAnswer(behaviour: Behaviour, text: String) throws {
    let outcome = try end(behaviour, behind: text)
    let count = text.utf8.count
    switch behaviour {
    case .waits: #expect(outcome == .failure(.answerTimedOut(afterOctets: count, milliseconds: 40)))
    case .closes: #expect(outcome == .failure(.closed(afterOctets: count, nil)))
    case .resets: #expect(outcome == .failure(.closed(afterOctets: count, .reset)))
    }
  }

  /// What a head says of the content, and what is remarked if three octets of it come and the connection is closed.
  private static let contents: [(fields: String, remark: String?)] = [
    ("Content-Length: 5\r\n\r\n", "the content was cut off after 3 of 5 octets (section 6.3)"),
    (
      "Transfer-Encoding: chunked\r\n\r\n5\r\n",
      "the content was cut off after 3 octets, before the end of its chunked coding (section 7.1)"
    ),
    ("\r\n", nil),
  ]

  @Test(arguments: Behaviour.allCases, contents)
  private func aStatusIsAnAnswerWhateverBecomesOfTheContent(
    behaviour: Behaviour, content: (fields: String, remark: String?)
  ) throws {
    let outcome = try end(behaviour, behind: "HTTP/1.1 200 OK\r\n\(content.fields)hel")
    let remark: String? =
      switch behaviour {
      case .waits: "cut off: not complete in 40 ms"
      case .closes: content.remark
      case .resets: "cut off: recv: Connection reset by peer"
      }
    #expect(outcome == .success(ReceivedAnswer(status: 200, content: Array("hel".utf8), remark: remark)))
  }

  private func end(_ behaviour: Behaviour, behind text: String) throws -> Result<ReceivedAnswer, ExchangeFailure> {
    let listener = try RawListener()
    let client = try TestClient(ClientLimits(\.answerDeadline, milliseconds: behaviour == .waits ? 40 : 60_000))
    var peers: [RawClient] = []
    try client.start(OutgoingExchange(to: listener)) {
      peers.append(try listener.accept())
      try peers[0].send(text)
    }
    try peers[0].readRequest()
    switch behaviour {
    case .waits: break
    case .closes: peers[0].leave()
    case .resets: peers[0].abort()
    }
    return try client.outcome().result
  }

  @Test func whatIsNoHTTPIsNoAnswer() throws {
    let reason = "the status line is not `HTTP/1.1 SP 3 digits [SP reason]` (section 4), at octet 0 of the answer"
    #expect(try end(.waits, behind: "SSH-2.0-OpenSSH_9.6\r\n") == .failure(.malformedAnswer(reason)))
  }

  @Test func aStatusCountsBeforeContentThatMakesNoSense() throws {
    let outcome = try end(.waits, behind: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nokno")
    let remark = "chunk data is not followed by CRLF (section 7.1), at octet 52 of the answer"
    #expect(outcome == .success(ReceivedAnswer(status: 200, content: Array("ok".utf8), remark: remark)))
  }
}

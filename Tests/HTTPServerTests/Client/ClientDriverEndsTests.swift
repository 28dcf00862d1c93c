import Dispatch
import HTTPCore
import TestSupport
import Testing

@testable import HTTPServer

/// What becomes of an exchange whose peer has given up the connection that it was to use again.
struct ClientDriverEndsTests {
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
    let client = try TestClient(next: outgoing) {
      // The loop stands still until the peer has gone.
      _ = hasLeft.wait(timeout: .now() + .seconds(10))
    }
    client.start(outgoing)
    let first = try listener.accept()
    try first.answer()
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
    try second.answer()
    #expect(try client.outcome() == .answered(200, "seen", at: listener, wasResent: true))
  }

  @Test func itIsNotSentAThirdTime() throws {
    let listener = try RawListener()
    let outgoing = try OutgoingExchange(to: listener)
    let client = try TestClient(next: outgoing)
    client.start(outgoing)
    let first = try listener.accept()
    try first.answer()
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
    let client = try TestClient(next: outgoing)
    client.start(outgoing)
    let peer = try listener.accept()
    try peer.answer()
    try peer.answer("HTTP")
    peer.leave()
    #expect(try client.outcome() == .answered(200, "seen", at: listener))
    #expect(try client.outcome() == .failed(.closed(afterOctets: 4, nil), at: listener))
  }

  /// Neither is what the peer may still be busy with.
  @Test func whatIsNotAnsweredInTimeIsNotSentAgain() throws {
    let listener = try RawListener()
    let outgoing = try OutgoingExchange(to: listener)
    let client = try TestClient(ClientLimits(\.answerDeadline, milliseconds: 40), next: outgoing)
    var peers: [RawClient] = []
    try client.start(outgoing) {
      peers.append(try listener.accept())
      try peers[0].send(RawClient.answer)
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
    let client = try TestClient(next: outgoing) {
      hasEnded.signal()
      _ = hasLeft.wait(timeout: .now() + .seconds(10))
    }
    client.start(outgoing)
    let first = try listener.accept()
    try first.answer()
    #expect(hasEnded.wait(timeout: .now() + .seconds(10)) == .success)
    try first.send("HTTP/1.1 408 Too Slow\r\nContent-Length: 0\r\n\r\n")
    first.abort()
    hasLeft.signal()
    #expect(try client.outcome() == .answered(200, "seen", at: listener))
    try listener.accept().answer()
    #expect(try client.outcome() == .answered(200, "seen", at: listener, wasResent: true))
  }
}

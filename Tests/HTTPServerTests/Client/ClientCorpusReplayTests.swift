import Guarded
import HTTPCore
import TestSupport
import Testing

@testable import HTTPServer

/// Every answer of `fixtures/http/responses.txt` through a socket, and what becomes of the exchange behind it.
struct ClientCorpusReplayTests {
  private let corpus: ResponseCorpus
  private let limits: ClientLimits

  init() throws {
    corpus = try ResponseCorpus.load()
    var limits = ClientLimits.patient
    limits.response.head = corpus.limits.head
    limits.response.fieldCount = corpus.limits.fieldCount
    limits.response.interimAnswers = corpus.limits.interimAnswers
    limits.response.content = corpus.limits.content
    limits.response.excerpt = corpus.limits.excerpt
    self.limits = limits
  }

  @Test func whatEndsIsToldAndTheNextExchangeIsAnswered() throws {
    let listener = try RawListener()
    let outgoing = try OutgoingExchange(to: listener)
    let client = try TestClient(limits) { driver, tag in
      if tag == 1 { driver.start(outgoing, tag: 2) }
    }
    for example in corpus.cases where example.ending != .unfinished {
      client.start(outgoing)
      let peer = try listener.accept()
      try peer.readRequest()
      try peer.send(example.octets)
      if example.isClosed { peer.leave() }
      expect(try client.outcome().result, of: example)
      // One that the peer has closed is not missed before it is used.
      let next = carriesMore(example) && !example.isClosed ? peer : try listener.accept()
      try next.readRequest()
      try next.send("HTTP/1.1 204 None\r\n\r\n")
      let wasResent = carriesMore(example) && example.isClosed
      #expect(try client.outcome() == .answered(204, at: listener, wasResent: wasResent), "\(example)")
    }
  }

  private func carriesMore(_ example: ResponseCase) -> Bool {
    example.ending == .complete(length: example.octets.count, keepsAlive: true)
  }

  @Test func whatDoesNotEndIsGivenUp() throws {
    var limits = limits
    limits.answerDeadline = 20
    let listener = try RawListener()
    let client = try TestClient(limits)
    for example in corpus.cases where example.ending == .unfinished {
      var peers: [RawClient] = []
      try client.start(OutgoingExchange(to: listener)) {
        peers.append(try listener.accept())
        try peers[0].send(example.octets)
      }
      let result = try client.outcome().result
      if let status = example.status {
        let remark = "cut off: not complete in 20 ms"
        #expect(result == .success(ReceivedAnswer(status: status, content: example.content, remark: remark)))
      } else {
        let failure = ExchangeFailure.answerTimedOut(afterOctets: example.octets.count, milliseconds: 20)
        #expect(result == .failure(failure), "\(example)")
      }
    }
  }

  private func expect(_ result: Result<ReceivedAnswer, ExchangeFailure>, of example: ResponseCase) {
    switch (result, example.ending) {
    case (.success(let answer), .complete):
      let expected = ReceivedAnswer(status: example.status ?? 0, content: example.content, remark: nil)
      #expect(answer == expected, "\(example)")
    case (.success(let answer), .refused):
      #expect(answer.status == example.status && answer.content == example.content, "\(example)")
      #expect(answer.remark?.isEmpty == false, "\(example)")
    case (.failure(.closed(let count, nil)), .refused("endedInHead", _)):
      #expect(count == example.octets.count, "\(example)")
    case (.failure(.malformedAnswer(let reason)), .refused(_, let offset)):
      #expect(example.status == nil && reason.hasSuffix(", at octet \(offset) of the answer"), "\(example)")
    case (_, _): Issue.record("\(example): \(result)")
    }
  }
}

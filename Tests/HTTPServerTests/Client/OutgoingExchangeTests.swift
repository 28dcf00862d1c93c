import Glibc
import Testing

@testable import HTTPServer

struct OutgoingExchangeTests {
  private static let reset = SystemError(call: "recv", code: ECONNRESET)

  @Test(arguments: [
    (
      ExchangeFailure.notConnected(SystemError(call: "connect", code: ECONNREFUSED)),
      "not connected: connect: Connection refused"
    ),
    (.connectTimedOut(milliseconds: 40), "not connected in 40 ms"),
    (.notTrusted("expired"), "connected, but TLS failed: expired"),
    (
      .sendFailed(SystemError(call: "send", code: EPIPE)),
      "connected, but the request could not be sent: send: Broken pipe"
    ),
    (.sendTimedOut(milliseconds: 40), "connected, but none of the request was taken in 40 ms"),
    (.closed(afterOctets: 0, nil), "connected and sent, but the connection was closed without an answer"),
    (
      .closed(afterOctets: 0, reset),
      "connected and sent, but the connection was closed without an answer: recv: Connection reset by peer"
    ),
    (
      .closed(afterOctets: 7, nil),
      "connected and sent, but the connection was closed after 7 octets of an answer's head"
    ),
    (
      .closed(afterOctets: 7, reset),
      "connected and sent, but the connection was closed after 7 octets of an answer's head: "
        + "recv: Connection reset by peer"
    ),
    (.answerTimedOut(afterOctets: 0, milliseconds: 40), "connected and sent, but no answer in 40 ms"),
    (
      .answerTimedOut(afterOctets: 7, milliseconds: 40),
      "connected and sent, but only 7 octets of an answer's head in 40 ms"
    ),
    (.malformedAnswer("no"), "the answer is not HTTP/1.1: no"),
    (.stopped, "pfop-mock was stopped"),
  ])
  func aFailureSaysHowFarItCame(failure: ExchangeFailure, text: String) {
    #expect("\(failure)" == text)
  }

  @Test(arguments: [
    (ExchangeFailure.notConnected(SystemError(call: "connect", code: ECONNREFUSED)), true),
    (.notConnected(SystemError(call: "connect", code: ENETUNREACH)), false), (.closed(afterOctets: 0, reset), false),
    (.connectTimedOut(milliseconds: 40), false), (.stopped, false),
  ])
  func onlyWhereNobodyListensItIsRefused(failure: ExchangeFailure, isRefused: Bool) {
    let outcome = ExchangeOutcome(result: .failure(failure), address: "127.0.0.1:1", wasResent: false)
    #expect(outcome.isRefused == isRefused)
  }

  @Test func anAnswerIsNoRefusal() {
    let answer = ReceivedAnswer(status: 503, content: [], remark: nil)
    #expect(!ExchangeOutcome(result: .success(answer), address: "127.0.0.1:1", wasResent: false).isRefused)
  }
}

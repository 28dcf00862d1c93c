import ByteText
import HTTPCore

/// The moment a loop woke up for what it is doing now.
package struct LoopMoment {
  /// Nanoseconds since 1970-01-01T00:00:00Z.
  package var wall: Int64
  /// Nanoseconds of the monotonic clock.
  package var monotonic: Int64
  /// The value of a Date field; valid during the call.
  package var date: ByteView

  /// Nanoseconds since then.
  package var elapsed: Int64 { SystemClock.monotonic - monotonic }
}

/// When a request came. Nanoseconds of the monotonic clock.
package struct Arrival: Equatable, Sendable, BitwiseCopyable {
  /// Its connection was accepted.
  package var connection: Int64
  /// Its first octet was read.
  package var firstOctet: Int64

  package init(connection: Int64, firstOctet: Int64) {
    self.connection = connection
    self.firstOctet = firstOctet
  }
}

/// One whole request; its views are valid during the call that hands it over.
package struct IncomingRequest {
  package var head: RequestHead
  /// The message's octets; ranges of `head` count in it. Of a chunked content those may be gone that were decoded.
  package var message: ByteView
  /// The content without its coding.
  package var content: ByteView
  /// The connection ends after this answer, which has to say so.
  package var closes: Bool
  package var moment: LoopMoment
  /// What `WirePlan.later` needs.
  package var ticket: AnswerTicket
  package var arrival: Arrival
  /// It came over TLS.
  package var usesTLS: Bool
  /// It came through the side door; see `ServerAddresses.side`.
  package var isAtSide: Bool
}

/// Why the server answers without there being a request.
package enum Refusal: Equatable, Sendable {
  case malformed(ParseError)
  /// The head or the content did not come in time.
  case tooSlow
  /// There are as many connections as there may be.
  case tooManyConnections
  /// Where TLS is spoken somebody has begun with something else. The answer leaves without TLS.
  case notTLS
}

/// What came in place of a request; its views are valid during the call that hands it over.
package struct IncompleteRequest {
  package var received: ByteView
  /// As far as it was understood; nil if that is not even the request line.
  package var head: RequestHead?
  package var moment: LoopMoment
  /// Stands for its answer.
  package var ticket: AnswerTicket
  package var arrival: Arrival

  package init(received: ByteView, head: RequestHead?, moment: LoopMoment, ticket: AnswerTicket, arrival: Arrival) {
    self.received = received
    self.head = head
    self.moment = moment
    self.ticket = ticket
    self.arrival = arrival
  }

  /// The answer has no content, even where the request line says nothing else that is right (RFC 9110, section 9.3.2).
  package var isHead: Bool { received.starts(with: "HEAD ") || received.starts(with: "\r\nHEAD ") }
}

/// Answers requests, on the loop that received them: it must not block. Every loop has its own.
package protocol RequestHandler: AnyObject {
  /// Appends the answer's bytes to `output` and says how they leave.
  func answer(_ request: IncomingRequest, to output: inout ByteBuffer) -> WirePlan

  /// Appends the answer to something that is no request. The connection ends after it, which it has to say.
  func refuse(_ refusal: Refusal, of request: borrowing IncompleteRequest, to output: inout ByteBuffer)

  /// Called for each connection before anything is read from it.
  /// - Parameter ticket: what `WirePlan.later` needs.
  /// - Returns: what is done before the first request is read, or in its place; nil for the usual: nothing.
  func connectionAccepted(_ ticket: AnswerTicket, _ moment: LoopMoment, to output: inout ByteBuffer) -> WirePlan?

  /// A peer and this server did not agree on how to speak TLS, or the peer does not trust the certificate.
  func handshakeFailed(because reason: String)

  /// An answer of this round leaves later: its client does not read as fast as it asks.
  /// - Parameter request: the number in the request's ticket, as in `answerEnded`.
  func answerDelayed(_ request: UInt64)

  /// An answer has left, or will not, that did not leave whole at once: one that was delayed, one in steps, and one that
  /// came later. Those of which nothing is said have left when the round ends.
  func answerEnded(_ request: UInt64, _ departure: Departure)

  /// Called after each round of the loop in which anything else of this was called, once its answers were handed to their
  /// sockets: what may leave only behind them is set going here.
  func turnEnded()
}

extension RequestHandler {
  package func connectionAccepted(
    _ ticket: AnswerTicket, _ moment: LoopMoment, to output: inout ByteBuffer
  ) -> WirePlan? { nil }

  package func answerDelayed(_ request: UInt64) {}

  package func answerEnded(_ request: UInt64, _ departure: Departure) {}

  package func turnEnded() {}

  package func handshakeFailed(because reason: String) {}
}

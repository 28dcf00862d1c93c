/// How the bytes of one answer leave. A value: a scripted fault is compiled into one, the transport runs it, and a test
/// compares it.
package enum WirePlan: Equatable, Sendable {
  /// All that was written for this answer, at once and together with its neighbours' answers.
  case whole(closes: Bool)
  /// Step by step. What the steps do not send of the answer is not sent. After the last one the connection carries on,
  /// unless that step ended it.
  case steps([WireStep])
  /// The handler has appended nothing; somebody hands the answer in at the server's `AnswerDesk`, with the request's
  /// ticket. Until then no further request of the connection is read, and no deadline ends it.
  case later
}

/// One step of an answer's way.
package enum WireStep: Equatable, Sendable {
  /// Sends a part of what was written for this answer, as offsets from the answer's first octet.
  case send(Range<Int>)
  /// Waits that many milliseconds; less if the server stops. A client that finishes sending meanwhile counts as gone.
  case wait(milliseconds: Int64)
  /// Waits until the client has gone, which finishing to send counts as, or the server stops; then the connection ends.
  case hang
  /// Sends FIN, and reads on until the client closes as well or the linger deadline passes.
  case halfClose
  /// Sends RST.
  case reset
}

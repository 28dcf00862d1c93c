/// How an answer left, or ended, that did not leave whole at once with the others of its round.
package struct Departure: Equatable, Sendable {
  package enum End: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// All that was to be sent has been handed to the socket.
    case complete
    /// Its plan ended the connection with FIN.
    case closed
    /// Its plan ended the connection with RST.
    case reset
    /// The client has gone, or the way to it has failed, before all was sent.
    case clientGone
    /// The client took nothing of it for too long.
    case timedOut
    /// The server stopped before all was sent.
    case stopped
  }

  /// Octets that the socket has taken.
  package var sent: Int
  /// How many steps of its plan have begun; 0 if it has none.
  package var steps: Int
  package var end: End

  package init(sent: Int, steps: Int = 0, end: End) {
    self.sent = sent
    self.steps = steps
    self.end = end
  }
}

/// Where an answer lies among those that leave with it.
struct AnswerSpan: Equatable, BitwiseCopyable {
  /// The request's number among those of its loop.
  var request: UInt64
  /// Offsets from the first octet that is still to be sent; what is negative has been sent already.
  var start: Int
  var end: Int
}

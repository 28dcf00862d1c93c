/// Where answers that come later are handed in, from any thread. Made before the server, so that whoever completes
/// tickets can be made before it as well, and before the handlers that give them out.
package final class AnswerDesk: Sendable {
  /// One for each loop, in the order of their numbers.
  let mailboxes: [LoopMailbox]
  /// Of the server that it belongs to.
  package let connections = ConnectionCounts()

  /// - Parameter count: how many loops the server will have; at least 1.
  /// - Throws: `SystemError` if there are no descriptors left.
  package init(loops count: Int) throws(SystemError) {
    var mailboxes: [LoopMailbox] = []
    for _ in 0..<max(count, 1) { mailboxes.append(try LoopMailbox()) }
    self.mailboxes = mailboxes
  }

  /// How many loops the server has.
  package var loopCount: Int { mailboxes.count }

  /// Sends the answer of a request for which the handler returned `WirePlan.later`; without effect if its connection
  /// has gone or it has been answered.
  /// - Parameters:
  ///   - bytes: the whole answer, head and content; not empty.
  ///   - closes: the connection ends after it, which the answer says.
  package func answer(_ ticket: AnswerTicket, with bytes: [UInt8], closes: Bool) {
    precondition(!bytes.isEmpty, "an answer has a status line at least")
    mailboxes[ticket.loop].post(.answer(ticket, LateReply(bytes: bytes, steps: nil, closes: closes)))
  }

  /// The same step by step.
  /// - Parameters:
  ///   - bytes: what the steps send parts of; it may be empty.
  ///   - closes: the connection ends after the last step.
  package func answer(_ ticket: AnswerTicket, with bytes: [UInt8], steps: [WireStep], closes: Bool) {
    mailboxes[ticket.loop].post(.answer(ticket, LateReply(bytes: bytes, steps: steps, closes: closes)))
  }

  /// From now on a client that finishes sending counts as gone, and its connection is closed: for an answer that may be
  /// awaited for long. Without this such a client gets its answer, as it may still read (RFC 9112, section 9.6).
  /// - Parameter departed: called once, on the connection's loop, so it must not block, if the connection has gone before
  ///   the answer is handed in.
  package func watchClient(of ticket: AnswerTicket, departed: @escaping @Sendable () -> Void) {
    mailboxes[ticket.loop].post(.watch(ticket, departed: departed))
  }

  /// Sends a piece of the answer of a request for which the handler returned `WirePlan.later`; the next pieces follow
  /// with further calls, and `finish` ends it. Meanwhile no further request of the connection is read, and nothing ends
  /// it but its client's leaving, the client's taking nothing for as long as `ServerLimits.sendDeadline`, and a stop.
  ///
  /// What has not been sent is kept, so whoever hands in much waits for `StreamEvent.sent` before he hands in more.
  /// - Parameters:
  ///   - bytes: of the first piece the head is a part; framing is the caller's business.
  ///   - isEndless: no end is foreseen, so a client that finishes sending counts as gone, and a stop ends the answer. One
  ///     that is not is like any other: a client that has finished sending gets all of it, and a stop waits for its end.
  ///   - observer: told on the connection's loop how it goes, so it must not block; the last one given is.
  package func append(
    _ ticket: AnswerTicket, _ bytes: [UInt8], isEndless: Bool = true,
    observer: (@Sendable (StreamEvent) -> Void)? = nil
  ) {
    let piece = AnswerPiece(bytes: bytes, isEndless: isEndless, observer: observer)
    mailboxes[ticket.loop].post(.append(ticket, piece))
  }

  /// Sends the last piece of such an answer; without effect if its connection has gone.
  /// - Parameters:
  ///   - bytes: may be empty.
  ///   - closes: the connection ends after it; after an endless one at once, without waiting for its client to end it as
  ///     well.
  package func finish(_ ticket: AnswerTicket, with bytes: [UInt8] = [], closes: Bool) {
    mailboxes[ticket.loop].post(.answer(ticket, LateReply(bytes: bytes, steps: nil, closes: closes)))
  }
}

/// What becomes of an answer that is handed in piece by piece.
package enum StreamEvent: Equatable, Sendable {
  /// The socket has taken all pieces so far.
  case sent
  /// The connection has gone, and nothing more can be sent. It is the last one.
  case ended
}

/// A part of an answer on its way to the loop that its request came to.
struct AnswerPiece: Sendable {
  var bytes: [UInt8]
  var isEndless: Bool
  var observer: (@Sendable (StreamEvent) -> Void)?
}

/// An answer on its way to the loop that its request came to.
struct LateReply: Sendable {
  var bytes: [UInt8]
  /// Nil sends all of it at once.
  var steps: [WireStep]?
  var closes: Bool
}

/// Where answers that come later are handed in, from any thread. Made before the server, so that whoever completes
/// tickets can be made before it as well, and before the handlers that give them out.
package final class AnswerDesk: Sendable {
  /// One for each loop, in the order of their numbers.
  let mailboxes: [LoopMailbox]

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
}

/// An answer on its way to the loop that its request came to.
struct LateReply: Sendable {
  var bytes: [UInt8]
  /// Nil sends all of it at once.
  var steps: [WireStep]?
  var closes: Bool
}

/// Stands for one request whose answer comes later (`WirePlan.later`), on whichever thread that is. It is good for one
/// answer, and only while its connection is there.
package struct AnswerTicket: Equatable, Sendable {
  /// The number of the loop that the connection belongs to.
  let loop: Int
  /// The connection, with its generation.
  let connection: EventToken
  /// Counts the loop's requests, so that a ticket is of no use for a later request of the same connection.
  package let request: UInt64

  /// Tells the connections of a server apart, for as long as anybody remembers them.
  package var connectionNumber: UInt64 { connection.raw << 8 | UInt64(loop & 0xFF) }
}

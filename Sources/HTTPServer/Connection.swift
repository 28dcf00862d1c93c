import HTTPCore

/// One connection's place in its loop's table. Small: most connections are idle, and an idle one has nothing else.
struct Connection {
  /// −1 in a place that is free.
  var descriptor: Int32 = -1
  /// Counts the connections that had this place, so that an event of an earlier one is recognised.
  var generation: UInt32 = 0
  var state = ConnectionState()
  /// From the peer's first octet to our last one, if it is spoken to over TLS.
  var tls: TLSStream?
  var interest: Readiness = []
  /// Nanoseconds of the monotonic clock.
  var acceptedAt: Int64 = 0
  /// Milliseconds of the loop's clock. It moves often; the timer behind it is started anew only when the deadline
  /// comes before it, or when it has fired too early.
  var deadline: Int64 = 0
  var timer: TimerWheel<EventToken>.ID?
  var timerDeadline: Int64 = 0
  /// It came through the side door.
  var isAtSide = false
  /// What has been read and not been answered yet.
  var partial: PartialInput?
  /// The request that is answered later, by its ticket's number; 0 if there is none.
  var awaitedRequest: UInt64 = 0
  /// What could not be sent at once.
  var outgoing: Outgoing?

  var stream: ByteStream {
    if let tls { .tls(tls) } else { .plain(descriptor) }
  }

  /// When a request came that is whole now.
  /// - Parameter isFirst: it is the first of those that the connection has kept.
  func arrival(at now: Int64, isFirst: Bool) -> Arrival {
    let firstOctet: Int64
    if let partial { firstOctet = isFirst ? partial.firstOctet : partial.lastOctet } else { firstOctet = now }
    return Arrival(connection: acceptedAt, firstOctet: firstOctet)
  }

  var token: EventToken { EventToken(.connection, slot: descriptor, generation: generation) }
}

import HTTPCore

/// How much and how long. A client that goes past any of these costs only itself.
package struct ServerLimits: Equatable, Sendable {
  package var parser = ParserLimits()
  /// Connections at a time over all loops; one more is answered 503.
  package var connections = 16_384
  /// From being connected to having shaken hands over TLS; past it the connection is closed. Milliseconds, as all of
  /// these.
  package var handshakeDeadline: Int64 = 10_000
  /// From a request's first octet to the end of its head; past it 408.
  package var headDeadline: Int64 = 10_000
  /// From the end of the head to the end of the content; past it 408.
  package var contentDeadline: Int64 = 20_000
  /// Between two requests.
  package var idleDeadline: Int64 = 60_000
  /// Without the client taking any of an answer that waits for it; past it RST.
  package var sendDeadline: Int64 = 20_000
  /// How long what the client still sends is read and dropped after the last answer, so that the answer reaches it
  /// before the connection is torn down (RFC 9112, section 9.6).
  package var lingerDeadline: Int64 = 5_000
  /// Refuses messages with both Transfer-Encoding and Content-Length without any exception.
  package var strictFraming = false

  package init() {}
}

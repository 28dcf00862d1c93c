import HTTPCore

/// How long each stage of an exchange may take, in milliseconds of real time, and how much of an answer is read.
package struct ClientLimits: Equatable, Sendable {
  /// For the connection to one address to be there, the TLS handshake included.
  package var connectDeadline: Int64 = 5_000
  /// Without the peer taking any of the request.
  package var sendDeadline: Int64 = 5_000
  /// From the last octet sent to the end of the answer.
  package var answerDeadline: Int64 = 5_000
  package var response = ResponseLimits()

  package init() {}
}

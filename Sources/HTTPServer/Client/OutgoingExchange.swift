import Glibc

/// A request to somebody else, and where it goes.
package struct OutgoingExchange: Sendable {
  /// Tried in this order until one accepts the connection; not empty.
  package var addresses: [SocketAddress]
  /// The name or address that the peer's certificate has to be for; nil means plain HTTP.
  package var serverName: String?
  /// The whole request.
  package var message: [UInt8]

  package init(addresses: [SocketAddress], serverName: String?, message: [UInt8]) {
    self.addresses = addresses
    self.serverName = serverName
    self.message = message
  }
}

/// How an exchange has ended.
package struct ExchangeOutcome: Sendable, Equatable {
  package var result: Result<ReceivedAnswer, ExchangeFailure>
  /// `host:port` of the address that was connected to, or tried last.
  package var address: String
  /// It was sent a second time, since the peer had closed the connection that was to be used again.
  package var wasResent: Bool

  /// Nobody listens at the address.
  package var isRefused: Bool {
    switch result {
    case .failure(.notConnected(let error)): error.code == ECONNREFUSED
    case .success, .failure: false
    }
  }
}

/// What a peer answered.
package struct ReceivedAnswer: Sendable, Equatable {
  package var status: Int
  /// The beginning of the content.
  package var content: [UInt8]
  /// What was odd about the answer behind its head; nil if nothing was.
  package var remark: String?
}

/// Why a peer's answer is not known.
package enum ExchangeFailure: Error, Equatable, Sendable, CustomStringConvertible {
  case notConnected(SystemError)
  case connectTimedOut(milliseconds: Int64)
  case notTrusted(String)
  case sendFailed(SystemError)
  case sendTimedOut(milliseconds: Int64)
  /// The peer ended the connection, or broke it.
  case closed(afterOctets: Int, SystemError?)
  case answerTimedOut(afterOctets: Int, milliseconds: Int64)
  case malformedAnswer(String)
  /// The client was stopped.
  case stopped

  /// One line that says how far it came.
  package var description: String {
    switch self {
    case .notConnected(let error): "not connected: \(error)"
    case .connectTimedOut(let limit): "not connected in \(limit) ms"
    case .notTrusted(let reason): "connected, but TLS failed: \(reason)"
    case .sendFailed(let error): "connected, but the request could not be sent: \(error)"
    case .sendTimedOut(let limit): "connected, but none of the request was taken in \(limit) ms"
    case .closed(0, let error):
      "connected and sent, but the connection was closed without an answer" + (error.map { ": \($0)" } ?? "")
    case .closed(let count, let error):
      "connected and sent, but the connection was closed after \(count) octets of an answer's head"
        + (error.map { ": \($0)" } ?? "")
    case .answerTimedOut(0, let limit): "connected and sent, but no answer in \(limit) ms"
    case .answerTimedOut(let count, let limit):
      "connected and sent, but only \(count) octets of an answer's head in \(limit) ms"
    case .malformedAnswer(let reason): "the answer is not HTTP/1.1: \(reason)"
    case .stopped: "pfop-mock was stopped"
    }
  }
}

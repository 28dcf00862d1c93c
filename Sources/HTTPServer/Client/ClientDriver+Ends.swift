import Glibc
import HTTPCore

/// How exchanges and connections end.
extension ClientDriver {
  /// The rest of the answer will not come. With a status that is remarked upon, without one it is a failure.
  func conclude(
    _ connection: ClientConnection, because failure: ExchangeFailure, _ remark: String, _ handler: any ClientHandler
  ) {
    if connection.parser.head == nil { return fail(connection, failure, handler) }
    end(connection, .success(answer(of: connection, remark: remark)), handler)
  }

  /// The exchange has failed, unless it was for the connection alone: a peer may close one that is used again just as
  /// the next request is on its way (RFC 9112, section 9.3.1).
  func fail(_ connection: ClientConnection, _ failure: ExchangeFailure, _ handler: any ClientHandler) {
    guard connection.isReused, connection.receivedCount == 0, failure.isByPeer else {
      return end(connection, .failure(failure), handler)
    }
    close(connection)
    var exchange = connection.exchange
    exchange.wasResent = true
    beginnings.append((exchange, nil))
  }

  func failToConnect(_ connection: ClientConnection, _ failure: ExchangeFailure, _ handler: any ClientHandler) {
    var exchange = connection.exchange
    exchange.addressIndex += 1
    guard exchange.addressIndex < exchange.outgoing.addresses.count else {
      return end(connection, .failure(failure), handler)
    }
    close(connection)
    beginnings.append((exchange, nil))
  }

  func end(
    _ connection: ClientConnection, _ result: Result<ReceivedAnswer, ExchangeFailure>, _ handler: any ClientHandler
  ) {
    let isReusable: Bool
    switch result {
    case .success: isReusable = connection.canBeReused
    case .failure: isReusable = false
    }
    if isReusable {
      stopTimer(connection)
      freed = connection
    } else {
      close(connection)
    }
    let outcome = ExchangeOutcome(
      result: result, address: connection.address.authority, wasResent: connection.exchange.wasResent)
    handler.ended(connection.exchange.tag, outcome)
    if let unused = freed {
      freed = nil
      close(unused)
    }
  }

  func answer(of connection: ClientConnection, remark: String?) -> ReceivedAnswer {
    ReceivedAnswer(
      status: connection.parser.head?.statusCode ?? 0, content: Array(connection.parser.excerpt), remark: remark)
  }

  func close(_ connection: ClientConnection) {
    stopTimer(connection)
    connections[connection.socket] = nil
    if case .tls(let stream) = connection.stream, connection.stage == .awaitingAnswer { stream.finish() }
    // Closing takes the descriptor out of the epoll set too. There is nothing to be done about an error of close(2).
    _ = Glibc.close(connection.socket)
  }
}

extension ExchangeFailure {
  /// The peer has ended the connection.
  fileprivate var isByPeer: Bool {
    switch self {
    case .closed, .sendFailed: true
    case .notConnected, .connectTimedOut, .notTrusted, .sendTimedOut, .answerTimedOut, .malformedAnswer, .stopped: false
    }
  }
}

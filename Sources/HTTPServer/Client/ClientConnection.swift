import ByteText
import Glibc
import HTTPCore

/// One connection to a peer, and the exchange that is going on over it.
final class ClientConnection {
  enum Stage: Equatable {
    case connecting
    case handshaking
    case sending
    case awaitingAnswer
  }

  let socket: Int32
  let token: EventToken
  /// Where it leads to: what has the same can use it again.
  let address: SocketAddress
  let serverName: String?
  var stream: ByteStream
  var stage = Stage.connecting
  var interest: Readiness = []
  var timer: TimerWheel<EventToken>.ID?

  var exchange: ClientExchange
  /// How many octets of the request have been sent.
  var sentCount = 0
  /// It has carried another exchange before.
  var isReused = false
  /// What has come of the answer and is not done with.
  var input = ByteBuffer()
  var parser: ResponseParser
  /// Octets that have come of the answer.
  var receivedCount = 0
  /// Why no more of the request can be sent.
  var sendError: SystemError?

  init(socket: Int32, generation: UInt32, address: SocketAddress, exchange: ClientExchange, limits: ResponseLimits) {
    self.socket = socket
    token = EventToken(.connection, slot: socket, generation: generation)
    self.address = address
    self.exchange = exchange
    serverName = exchange.outgoing.serverName
    stream = .plain(socket)
    parser = ResponseParser(limits: limits)
  }

  /// The answer has ended, and the connection can carry another request.
  var canBeReused: Bool { sentCount == exchange.outgoing.message.count && parser.keepsAlive && input.isEmpty }

  /// What has become of the exchange if no more comes of its answer.
  /// - Parameter error: nil if the peer has ended the connection in order.
  func brokenOff(_ error: SystemError?) -> ExchangeFailure {
    if receivedCount == 0, let sendError { return .sendFailed(sendError) }
    return .closed(afterOctets: receivedCount, error)
  }

  /// Takes the next exchange on.
  func reuse(for exchange: ClientExchange, limits: ResponseLimits) {
    self.exchange = exchange
    isReused = true
    sentCount = 0
    receivedCount = 0
    input.removeAll(keepingUpTo: 4096)
    parser = ResponseParser(limits: limits)
    stage = .sending
  }
}

/// An exchange on its way from address to address.
struct ClientExchange {
  var outgoing: OutgoingExchange
  var tag: UInt64
  /// The address that is tried.
  var addressIndex = 0
  var wasResent = false
}

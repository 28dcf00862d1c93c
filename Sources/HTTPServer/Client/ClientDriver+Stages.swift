import ByteText
import HTTPCore

/// An exchange's way: connect, shake hands, send, await the answer.
extension ClientDriver {
  func connect(_ exchange: ClientExchange, _ handler: any ClientHandler) {
    let address = exchange.outgoing.addresses[exchange.addressIndex]
    do throws(SystemError) {
      let socket = try Syscall.connect(to: address)
      generation &+= 1
      let connection = ClientConnection(
        socket: socket, generation: generation, address: address, exchange: exchange, limits: limits.response)
      connections[socket] = connection
      setDeadline(connection, after: limits.connectDeadline)
      do throws(SystemError) {
        try reactor.add(socket, connection.token, for: .output)
        connection.interest = .output
      } catch {
        end(connection, .failure(.notConnected(error)), handler)
      }
    } catch {
      var next = exchange
      next.addressIndex += 1
      if next.addressIndex < exchange.outgoing.addresses.count {
        beginnings.append((next, nil))
      } else {
        let outcome = ExchangeOutcome(
          result: .failure(.notConnected(error)), address: address.authority, wasResent: exchange.wasResent)
        handler.ended(exchange.tag, outcome)
      }
    }
  }

  /// Goes on with whatever the connection is at.
  func proceed(_ connection: ClientConnection, _ handler: any ClientHandler) {
    switch connection.stage {
    case .connecting:
      if let error = Syscall.pendingError(of: connection.socket) {
        return failToConnect(connection, .notConnected(error), handler)
      }
      connected(connection, handler)
    case .handshaking: shakeHands(connection, handler)
    case .sending, .awaitingAnswer:
      // First what has come: a peer may answer before it has read all, and break the connection then.
      if receive(connection, handler), connection.stage == .sending { send(connection, handler) }
    }
  }

  func connected(_ connection: ClientConnection, _ handler: any ClientHandler) {
    guard let serverName = connection.serverName else {
      connection.stage = .sending
      setDeadline(connection, after: limits.sendDeadline)
      return send(connection, handler)
    }
    do throws(TLSError) {
      let stream = try trust.makeContext().connect(connection.socket, to: serverName)
      connection.stream = .tls(stream)
      connection.stage = .handshaking
      shakeHands(connection, handler)
    } catch {
      end(connection, .failure(.notTrusted("\(error)")), handler)
    }
  }

  func shakeHands(_ connection: ClientConnection, _ handler: any ClientHandler) {
    guard case .tls(let stream) = connection.stream else { preconditionFailure("hands are shaken over TLS") }
    switch stream.handshake() {
    case .done:
      connection.stage = .sending
      setDeadline(connection, after: limits.sendDeadline)
      send(connection, handler)
    case .wouldBlock: watch(connection, for: stream.awaited, handler)
    case .failed: end(connection, .failure(.notTrusted(stream.failure)), handler)
    }
  }

  func send(_ connection: ClientConnection, _ handler: any ClientHandler) {
    let message = connection.exchange.outgoing.message
    while connection.sentCount < message.count {
      let result = message.withUnsafeBytes { connection.stream.send($0.slice(connection.sentCount, message.count)) }
      switch result {
      case .transferred(let count):
        connection.sentCount += count
        setDeadline(connection, after: limits.sendDeadline)
      case .wouldBlock: return watch(connection, for: connection.stream.awaited(.output).union(.input), handler)
      case .ended: return fail(connection, .closed(afterOctets: 0, nil), handler)
      case .failed(let error): return sendingFailed(connection, error, handler)
      }
    }
    connection.stage = .awaitingAnswer
    setDeadline(connection, after: limits.answerDeadline)
    watch(connection, for: .input, handler)
  }

  /// A peer that answers before it has read all may break the connection at once: its answer lies there nevertheless.
  private func sendingFailed(_ connection: ClientConnection, _ error: SystemError, _ handler: any ClientHandler) {
    connection.sendError = error
    // What came unasked, behind the answer before, is none.
    if connection.isReused, connection.sentCount == 0 { return fail(connection, .sendFailed(error), handler) }
    _ = receive(connection, handler)
  }

  /// - Returns: false if the exchange has ended.
  func receive(_ connection: ClientConnection, _ handler: any ClientHandler) -> Bool {
    while true {
      switch connection.stream.receive(into: input) {
      case .transferred(let count):
        connection.receivedCount += count
        connection.input.append(ByteView(rebasing: ByteView(input)[..<count]))
        guard parse(connection, inputEnded: false, handler) else { return false }
      case .wouldBlock:
        if let error = connection.sendError {
          conclude(connection, because: connection.brokenOff(error), "cut off: \(error)", handler)
          return false
        }
        watch(connection, for: connection.stage == .sending ? [.input, .output] : .input, handler)
        return true
      case .ended:
        if parse(connection, inputEnded: true, handler) { fail(connection, connection.brokenOff(nil), handler) }
        return false
      case .failed(let error):
        conclude(connection, because: connection.brokenOff(error), "cut off: \(error)", handler)
        return false
      }
    }
  }

  /// - Returns: false if the exchange has ended.
  func parse(_ connection: ClientConnection, inputEnded: Bool, _ handler: any ClientHandler) -> Bool {
    do throws(ResponseError) {
      let progress = try connection.parser.parse(connection.input.view, inputEnded: inputEnded)
      switch progress {
      case .needsMore:
        connection.input.remove(0, connection.parser.releaseOctets())
        return true
      case .complete(let length):
        connection.input.remove(0, length)
        end(connection, .success(answer(of: connection, remark: nil)), handler)
      }
    } catch {
      if inputEnded, connection.receivedCount == 0 { return true }
      let failure: ExchangeFailure =
        inputEnded ? connection.brokenOff(nil) : .malformedAnswer(error.explanation)
      conclude(connection, because: failure, error.explanation, handler)
    }
    return false
  }
}

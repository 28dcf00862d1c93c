import ByteText
import HTTPCore

/// Runs a client loop's connections: connects, sends, reads the answer, keeps deadlines.
///
/// There is no pool: a connection is used again only by an exchange that begins as another one on it ends, so none can
/// have been given up by its peer for want of use.
package final class ClientDriver {
  let limits: ClientLimits
  let reactor: Reactor
  let trust: TLSTrust
  private let waker: LoopWaker
  var connections: [Int32: ClientConnection] = [:]
  var generation: UInt32 = 0
  /// Exchanges that are to begin; from a list, so that one that fails at once does not begin the next within itself.
  var beginnings: [(exchange: ClientExchange, connection: ClientConnection?)] = []
  /// The connection of the exchange that is just ending.
  var freed: ClientConnection?
  private var timer: TimerWheel<EventToken>.ID?
  /// The loop looks for what others want at short intervals, instead of being woken for each.
  private var isTicking = false
  let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 << 10, alignment: 16)

  init(limits: ClientLimits, trust: TLSTrust, waker: LoopWaker) throws(SystemError) {
    self.limits = limits
    self.trust = trust
    self.waker = waker
    reactor = try Reactor()
    try reactor.add(waker.descriptor, EventToken(.wakeup), for: .input)
  }

  deinit { input.deallocate() }

  // MARK: - For the handler

  /// Milliseconds of the monotonic clock, as of this turn of the loop.
  package var milliseconds: Int64 { reactor.clock.milliseconds }

  /// Begins an exchange, soon; its end is told to the handler under `tag`.
  package func start(_ outgoing: OutgoingExchange, tag: UInt64) {
    let exchange = ClientExchange(outgoing: outgoing, tag: tag)
    guard let connection = freed, outgoing.serverName == connection.serverName,
      outgoing.addresses.contains(connection.address)
    else {
      beginnings.append((exchange, nil))
      return
    }
    freed = nil
    beginnings.append((exchange, connection))
  }

  /// Calls the handler's `woken` again, behind what is ready by now.
  package func comeBack() { waker.raise() }

  /// Sets the time of the handler's next `timerFired`; nil for none. Milliseconds of the monotonic clock.
  package func setTimer(at milliseconds: Int64?) {
    if let timer { reactor.stopTimer(timer) }
    timer = milliseconds.map { reactor.startTimer(at: $0, EventToken(.wakeup)) }
  }

  // MARK: - The loop

  func turn(_ handler: any ClientHandler) throws(SystemError) {
    try reactor.wait(ready: { ready($0, $1, handler) }, due: { due($0, handler) })
    begin(handler)
  }

  /// Breaks off everything.
  func stop(_ handler: any ClientHandler) {
    for connection in Array(connections.values) { end(connection, .failure(.stopped), handler) }
    while let (exchange, connection) = beginnings.popLast() {
      if let connection { close(connection) }
      let outcome = ExchangeOutcome(result: .failure(.stopped), address: "", wasResent: exchange.wasResent)
      handler.ended(exchange.tag, outcome)
    }
  }

  private func ready(_ token: EventToken, _ readiness: Readiness, _ handler: any ClientHandler) {
    guard token.kind == .connection else {
      waker.clear()
      _ = handler.woken()
      if !isTicking { tick() }
      return
    }
    guard let connection = connections[token.slot], connection.token == token else { return }
    proceed(connection, handler)
  }

  private func due(_ token: EventToken, _ handler: any ClientHandler) {
    switch token.kind {
    case .connection: break
    case .wakeup:
      timer = nil
      return handler.timerFired()
    case .listener: return ticked(handler)
    case nil: preconditionFailure("only tokens of this loop start timers")
    }
    guard let connection = connections[token.slot], connection.token == token else { return }
    connection.timer = nil
    switch connection.stage {
    case .connecting, .handshaking:
      failToConnect(connection, .connectTimedOut(milliseconds: limits.connectDeadline), handler)
    case .sending:
      let failure = ExchangeFailure.sendTimedOut(milliseconds: limits.sendDeadline)
      let remark = "cut off: none of the request was taken in \(limits.sendDeadline) ms"
      conclude(connection, because: failure, remark, handler)
    case .awaitingAnswer:
      let failure = ExchangeFailure.answerTimedOut(
        afterOctets: connection.receivedCount, milliseconds: limits.answerDeadline)
      conclude(connection, because: failure, "cut off: not complete in \(limits.answerDeadline) ms", handler)
    }
  }

  /// While there is something to do more comes soon, as a rule: waking a thread costs more than looking now and then.
  private func tick() {
    isTicking = true
    _ = reactor.startTimer(at: reactor.clock.milliseconds + 1, EventToken(.listener))
  }

  private func ticked(_ handler: any ClientHandler) {
    if handler.woken() { return tick() }
    isTicking = false
    waker.lower()
    _ = handler.woken()
  }

  private func begin(_ handler: any ClientHandler) {
    while !beginnings.isEmpty {
      let all = beginnings
      beginnings = []
      for (exchange, connection) in all {
        if let connection {
          connection.reuse(for: exchange, limits: limits.response)
          setDeadline(connection, after: limits.sendDeadline)
          send(connection, handler)
        } else {
          connect(exchange, handler)
        }
      }
    }
  }

  // MARK: - Deadlines and interest

  func setDeadline(_ connection: ClientConnection, after milliseconds: Int64) {
    stopTimer(connection)
    connection.timer = reactor.startTimer(at: reactor.clock.milliseconds &+ milliseconds, connection.token)
  }

  func stopTimer(_ connection: ClientConnection) {
    if let timer = connection.timer { reactor.stopTimer(timer) }
    connection.timer = nil
  }

  func watch(_ connection: ClientConnection, for readiness: Readiness, _ handler: any ClientHandler) {
    guard readiness != connection.interest else { return }
    connection.interest = readiness
    do throws(SystemError) {
      try reactor.modify(connection.socket, connection.token, for: readiness)
    } catch {
      end(connection, .failure(.sendFailed(error)), handler)
    }
  }
}

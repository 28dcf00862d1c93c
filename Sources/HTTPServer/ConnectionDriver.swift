import ByteText
import Glibc
import HTTPCore

/// Runs a loop's connections: reads, has requests parsed and answered, sends, keeps deadlines.
///
/// The usual request takes one path without any copy: it comes whole in one read into the loop's input buffer, its
/// answer is written to the loop's output buffer, and one send takes all answers of that read.
final class ConnectionDriver {
  let reactor: Reactor
  let handler: any RequestHandler
  let limits: ServerLimits
  /// For connections to where TLS is spoken; nil if it is nowhere.
  let tls: TLSServerContext?
  let table = ConnectionTable()
  let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
  private let parserPlace: Place<RequestParser>
  private let outputPlace = Place(ByteBuffer(capacity: 64 << 10))
  private let spansPlace = Place(FlatList<AnswerSpan>())
  private let turn = Place(Turn())
  /// Connections over TLS whose octets wait here and no longer in their sockets.
  var unread: [EventToken] = []
  private let loop: Int
  private let connectionClosed: () -> Void

  /// - Parameters:
  ///   - loop: the loop's number, for tickets.
  ///   - connectionClosed: called whenever a connection has gone.
  init(
    loop: Int, reactor: Reactor, handler: any RequestHandler, limits: ServerLimits, tls: TLSServerContext?,
    connectionClosed: @escaping () -> Void
  ) {
    self.loop = loop
    self.reactor = reactor
    self.handler = handler
    self.limits = limits
    self.tls = tls
    self.connectionClosed = connectionClosed
    parserPlace = Place(RequestParser(limits: limits.parser, strictFraming: limits.strictFraming))
  }

  deinit { input.deallocate() }

  var connectionCount: Int { table.count }

  var moment: LoopMoment {
    LoopMoment(wall: reactor.clock.wall, monotonic: reactor.clock.monotonic, date: reactor.clock.date)
  }

  /// A ticket for the request that the connection has just received.
  func makeTicket(_ slot: Int32) -> AnswerTicket {
    turn.value.requestCount &+= 1
    return AnswerTicket(loop: loop, connection: table[slot].token, request: turn.value.requestCount)
  }

  // MARK: - Events

  /// Takes over a connected socket.
  func accept(_ descriptor: Int32) {
    add(descriptor)
    if table.isOpen(descriptor) { welcome(descriptor) }
  }

  /// The same at the side door, where the handler has no say before a request is there.
  func acceptAtSide(_ descriptor: Int32) {
    add(descriptor)
    if table.isOpen(descriptor) { table[descriptor].isAtSide = true }
  }

  private func add(_ descriptor: Int32) {
    table.insert(descriptor)
    watch(descriptor, deadline: limits.idleDeadline)
  }

  func watch(_ descriptor: Int32, deadline: Int64) {
    do throws(SystemError) {
      table[descriptor].acceptedAt = reactor.clock.monotonic
      try reactor.add(descriptor, table[descriptor].token, for: .input)
      table[descriptor].interest = .input
      setDeadline(descriptor, after: deadline)
    } catch {
      close(descriptor)
    }
  }

  /// Tells a connected socket that there is no room, and closes it.
  func turnAway(_ descriptor: Int32) {
    add(descriptor)
    if table.isOpen(descriptor) { refuseAsTooMany(descriptor) }
  }

  func refuseAsTooMany(_ slot: Int32) {
    table[slot].state.requestReceived()
    refuse(slot, .tooManyConnections, received: ByteView(start: nil, count: 0), head: nil)
    finishTurn(slot)
  }

  func ready(_ token: EventToken, _ readiness: Readiness) {
    guard let slot = table.slot(of: token) else { return }
    if table[slot].tls != nil || table[slot].state.phase == .shakingHands {
      readyOverTLS(slot, readiness)
    } else if readiness.contains(.input) {
      read(slot)
    } else if readiness.contains(.output) {
      continueSending(slot)
    } else {
      perform(slot, table[slot].state.transferFailed())
    }
  }

  func timerFired(_ token: EventToken) {
    guard let slot = table.slot(of: token) else { return }
    table[slot].timer = nil
    guard table[slot].deadline <= reactor.clock.milliseconds else { return startTimer(slot) }
    guard let outgoing = table[slot].outgoing else { return perform(slot, table[slot].state.deadlinePassed()) }
    if outgoing.pending.isEmpty {
      continueSending(slot)
    } else {
      // The client takes nothing, so there is nobody to tell.
      cutAnswers(slot, .timedOut)
      perform(slot, table[slot].state.transferTimedOut())
    }
  }

  /// Everything that was ready or due in one round of the loop has been seen to.
  func endRound() {
    guard hasAnswered else { return }
    hasAnswered = false
    handler.turnEnded()
  }

  /// Lets every connection finish what it has begun, and closes those that have begun nothing. Waits of plans are over.
  func stop() {
    for slot in table.slots {
      perform(slot, table[slot].state.stopRequested())
      guard table.isOpen(slot), let outgoing = table[slot].outgoing, outgoing.isWaiting else { continue }
      outgoing.isHanging ? cutOff(slot) : continueSending(slot)
    }
  }

  /// Closes a connection at once, whatever it is doing, because the server stops.
  func cutOff(_ slot: Int32) {
    cutAnswers(slot, .stopped)
    close(slot)
  }

  /// Closes every connection at once.
  func closeAll() {
    for slot in table.slots { cutOff(slot) }
  }

  // MARK: - Actions

  func perform(_ slot: Int32, _ action: ConnectionState.Action) {
    switch action {
    case .carryOn:
      return
    case .linger:
      table[slot].partial = nil
      cutAnswers(slot, .clientGone)
      setDeadline(slot, after: limits.lingerDeadline)
      finishSending(slot)
    case .close:
      if let tls = table[slot].tls, !tls.finish() { return awaitFarewell(slot) }
      close(slot)
    case .reset:
      Syscall.resetOnClose(slot)
      close(slot)
    case .refuseAsTooSlow:
      if let partial = table[slot].partial {
        refuse(slot, .tooSlow, received: partial.buffer.view, head: partial.parser.headSoFar)
        finishTurn(slot)
      }
    }
  }

  /// Sends FIN; what still comes is dropped from here on.
  func finishSending(_ slot: Int32) {
    if let tls = table[slot].tls {
      // Without it an end looks like one that somebody else has brought about (RFC 8446, section 6.1).
      guard tls.finish() else { return updateInterest(slot) }
      table[slot].tls = nil
    }
    // It fails only if the peer has reset the connection already, and then the next read says so.
    _ = shutdown(slot, Int32(SHUT_WR))
    updateInterest(slot)
  }

  func close(_ slot: Int32) {
    if let timer = table[slot].timer { reactor.stopTimer(timer) }
    cutAnswers(slot, .clientGone)
    table.remove(slot)
    // Closing takes the descriptor out of the epoll set too. There is nothing to be done about an error of close(2).
    _ = Glibc.close(slot)
    connectionClosed()
  }

  // MARK: - Deadlines and interest

  func setDeadline(_ slot: Int32, after milliseconds: Int64) {
    let deadline = reactor.clock.milliseconds &+ milliseconds
    table[slot].deadline = deadline
    if let timer = table[slot].timer {
      // A timer that fires too early is started anew then: cheaper than moving it with each request.
      guard deadline < table[slot].timerDeadline else { return }
      reactor.stopTimer(timer)
    }
    startTimer(slot)
  }

  private func startTimer(_ slot: Int32) {
    let deadline = table[slot].deadline
    table[slot].timerDeadline = deadline
    table[slot].timer = reactor.startTimer(at: deadline, table[slot].token)
  }

  /// Watches for what the connection can use now. Input is not watched while an answer waits: a client that does not
  /// read is not read from either.
  func updateInterest(_ slot: Int32) {
    var interest: Readiness
    if let outgoing = table[slot].outgoing {
      if !outgoing.pending.isEmpty {
        interest = .output
      } else {
        interest = outgoing.endsWithInput ? .peerFinished : []
      }
    } else {
      // While an answer is awaited only a failure counts, which epoll reports unasked: a client that has finished
      // sending gets its answer all the same.
      let reads = !table[slot].state.peerHasFinished && table[slot].state.phase != .awaitingAnswer
      interest = reads ? .input : []
    }
    if let tls = table[slot].tls { interest = interestOverTLS(slot, tls, interest) }
    setInterest(slot, interest)
  }

  func setInterest(_ slot: Int32, _ interest: Readiness) {
    guard interest != table[slot].interest else { return }
    table[slot].interest = interest
    do throws(SystemError) {
      try reactor.modify(slot, table[slot].token, for: interest)
    } catch {
      perform(slot, table[slot].state.transferFailed())
    }
  }
}

extension ConnectionDriver {
  private struct Turn {
    var outputCloses = false
    var hasAnswered = false
    /// How many requests this loop has received.
    var requestCount: UInt64 = 0
  }

  /// For requests that come whole; a connection with a part of one has a parser of its own.
  var parser: RequestParser {
    _read { yield parserPlace.value }
    _modify { yield &parserPlace.value }
  }

  /// The answers of the turn under way; empty between turns.
  var output: ByteBuffer {
    _read { yield outputPlace.value }
    _modify { yield &outputPlace.value }
  }

  /// Where the answers lie in `output`.
  var spans: FlatList<AnswerSpan> {
    _read { yield spansPlace.value }
    _modify { yield &spansPlace.value }
  }

  /// The last answer in `output` says that the connection ends.
  var outputCloses: Bool {
    get { turn.value.outputCloses }
    set { turn.value.outputCloses = newValue }
  }

  /// The handler has been asked or told something in this round.
  var hasAnswered: Bool {
    get { turn.value.hasAnswered }
    set { turn.value.hasAnswered = newValue }
  }
}

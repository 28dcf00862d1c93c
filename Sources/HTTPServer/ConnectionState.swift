/// What one connection is doing, and what follows from each thing that happens to it. No I/O: the driver reports events
/// and carries out actions.
struct ConnectionState: Equatable {
  enum Phase: Equatable {
    /// Before the first request of a connection over TLS.
    case shakingHands
    /// Between requests.
    case idle
    case receivingHead
    case receivingContent
    /// An answer is under way and no request is read.
    case answering
    /// The handler answers later; no request is read, and there is no deadline.
    case awaitingAnswer
    /// Everything has been sent; what still comes is dropped.
    case lingering
    case closed
  }

  enum Action: Equatable {
    case carryOn
    /// Sends FIN, reads and drops until the peer closes.
    case linger
    case close
    /// Closes with RST.
    case reset
    /// Answers that the request took too long, and lingers.
    case refuseAsTooSlow
  }

  private(set) var phase = Phase.idle
  /// The peer has finished sending: nothing follows what is being answered.
  private(set) var peerHasFinished = false
  private(set) var isStopping = false
  /// What is being answered comes piece by piece, and nobody knows for how long.
  private(set) var answersEndlessly = false
  /// There is no room for it, which it can be told only once hands have been shaken.
  private(set) var isTurnedAway = false

  /// The next answer is the last one.
  var mustClose: Bool { peerHasFinished || isStopping }

  /// Somebody has connected to where TLS is spoken.
  mutating func connectedOverTLS(isTurnedAway: Bool) {
    phase = .shakingHands
    self.isTurnedAway = isTurnedAway
  }

  mutating func handsShaken() { phase = .idle }

  /// An alert that says why is on its way to the peer.
  mutating func handshakeFailed() -> Action { finish() }

  /// What was read ends within a request.
  mutating func partReceived(headComplete: Bool) {
    phase = headComplete ? .receivingContent : .receivingHead
  }

  mutating func requestReceived() { phase = .answering }

  /// The handler answers the last request later.
  mutating func answerDeferred() { phase = .awaitingAnswer }

  /// A part of what the handler answers later has come; the rest is awaited, and has no end.
  mutating func partOfEndlessAnswerArrived() { answersEndlessly = true }

  /// What the handler answers later has come, and can be sent.
  mutating func deferredAnswerArrived() { phase = .answering }

  /// All answers so far have been sent.
  /// - Parameter closes: the last one said that the connection ends.
  mutating func answersSent(closes: Bool) -> Action {
    if closes || mustClose { return finish() }
    phase = .idle
    answersEndlessly = false
    return .carryOn
  }

  /// The peer has sent FIN.
  mutating func inputEnded() -> Action {
    peerHasFinished = true
    switch phase {
    case .answering, .awaitingAnswer: return .carryOn
    // A request that was cut short is never answered, since nobody can tell what it was going to be.
    case .shakingHands, .idle, .receivingHead, .receivingContent, .lingering, .closed: return close(.close)
    }
  }

  mutating func transferFailed() -> Action { close(.close) }

  /// The peer has not taken any of what is being sent.
  mutating func transferTimedOut() -> Action { close(.reset) }

  /// Nothing is being sent, and what is awaited has not come.
  mutating func deadlinePassed() -> Action {
    switch phase {
    case .shakingHands, .idle, .answering, .lingering: return close(.close)
    // What was still to be said has not been taken.
    case .closed: return close(.reset)
    // How long an answer may take is up to whoever gives it.
    case .awaitingAnswer: return .carryOn
    case .receivingHead, .receivingContent:
      phase = .answering
      return .refuseAsTooSlow
    }
  }

  /// The server stops: what is under way is finished, nothing new begins.
  mutating func stopRequested() -> Action {
    isStopping = true
    // It has no end to wait for, and whoever hands it in has had his chance to say goodbye.
    if answersEndlessly { return close(.reset) }
    return phase == .idle || phase == .shakingHands ? close(.close) : .carryOn
  }

  /// A step of the answer's plan ends the connection.
  mutating func planEnded(withReset: Bool) -> Action {
    withReset ? close(.reset) : finish()
  }

  private mutating func finish() -> Action {
    // Who has listened for long may be in no hurry to look whether there is more, and a stop does not wait for him.
    if peerHasFinished || answersEndlessly { return close(.close) }
    phase = .lingering
    return .linger
  }

  private mutating func close(_ action: Action) -> Action {
    phase = .closed
    return action
  }
}

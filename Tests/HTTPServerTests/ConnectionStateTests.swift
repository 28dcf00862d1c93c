import Testing

@testable import HTTPServer

struct ConnectionStateTests {
  @Test func anAnsweredRequestLeavesTheConnectionIdle() {
    var state = ConnectionState()
    state.partReceived(headComplete: false)
    #expect(state.phase == .receivingHead)
    state.partReceived(headComplete: true)
    #expect(state.phase == .receivingContent)
    state.requestReceived()
    #expect(state.answersSent(closes: false) == .carryOn)
    #expect(state == ConnectionState())
  }

  @Test func theLastAnswerIsFollowedByLingering() {
    var state = ConnectionState()
    state.requestReceived()
    #expect(state.answersSent(closes: true) == .linger)
    #expect(state.inputEnded() == .close)
    #expect(state.phase == .closed)
  }

  @Test func aHalfClosedClientGetsItsAnswer() {
    var state = ConnectionState()
    state.requestReceived()
    #expect(state.inputEnded() == .carryOn)
    #expect(state.mustClose)
    #expect(state.answersSent(closes: true) == .close)
  }

  @Test(arguments: [false, true])
  func aRequestThatIsCutShortIsNeverAnswered(headComplete: Bool) {
    var state = ConnectionState()
    state.partReceived(headComplete: headComplete)
    #expect(state.inputEnded() == .close)
  }

  @Test func deadlines() {
    var idle = ConnectionState()
    #expect(idle.deadlinePassed() == .close)
    var receiving = ConnectionState()
    receiving.partReceived(headComplete: false)
    #expect(receiving.deadlinePassed() == .refuseAsTooSlow)
    #expect(receiving.phase == .answering)
    #expect(receiving.transferTimedOut() == .reset)
    var lingering = ConnectionState()
    lingering.requestReceived()
    _ = lingering.answersSent(closes: true)
    #expect(lingering.deadlinePassed() == .close)
  }

  @Test func handsAreShakenBeforeTheFirstRequest() {
    var state = ConnectionState()
    state.connectedOverTLS(isTurnedAway: false)
    state.handsShaken()
    #expect(state == ConnectionState())
  }

  @Test func aHandshakeIsNothingToWaitFor() {
    var state = ConnectionState()
    state.connectedOverTLS(isTurnedAway: true)
    let shaking = state
    #expect(state.deadlinePassed() == .close)
    // What is still owed then is not waited for twice.
    #expect(state.deadlinePassed() == .reset)
    state = shaking
    #expect(state.stopRequested() == .close)
    state = shaking
    #expect(state.inputEnded() == .close)
    state = shaking
    // The alert that says why has to reach the peer.
    #expect(state.handshakeFailed() == .linger)
    state = shaking
    state.handsShaken()
    #expect(state.phase == .idle && state.isTurnedAway)
  }

  @Test func aStopClosesIdleConnectionsAndLetsOthersFinish() {
    var idle = ConnectionState()
    #expect(idle.stopRequested() == .close)
    var receiving = ConnectionState()
    receiving.partReceived(headComplete: true)
    #expect(receiving.stopRequested() == .carryOn)
    receiving.requestReceived()
    #expect(receiving.mustClose)
    #expect(receiving.answersSent(closes: false) == .linger)
  }

  @Test func aPlanMayEndTheConnection() {
    var state = ConnectionState()
    state.requestReceived()
    #expect(state.planEnded(withReset: false) == .linger)
    var other = ConnectionState()
    other.requestReceived()
    #expect(other.planEnded(withReset: true) == .reset)
  }

  @Test func aDeferredAnswerIsAwaitedWhateverElseHappens() {
    var state = ConnectionState()
    state.requestReceived()
    state.answerDeferred()
    #expect(state.deadlinePassed() == .carryOn)
    #expect(state.stopRequested() == .carryOn)
    #expect(state.phase == .awaitingAnswer)
    state.deferredAnswerArrived()
    #expect(state.answersSent(closes: false) == .linger)
  }

  @Test func aDeferredAnswerReachesAHalfClosedClient() {
    var state = ConnectionState()
    state.requestReceived()
    state.answerDeferred()
    #expect(state.inputEnded() == .carryOn)
    state.deferredAnswerArrived()
    #expect(state.answersSent(closes: false) == .close)
  }

  @Test func aConnectionIsIdleAfterADeferredAnswer() {
    var state = ConnectionState()
    state.requestReceived()
    state.answerDeferred()
    state.deferredAnswerArrived()
    #expect(state.answersSent(closes: false) == .carryOn)
    #expect(state == ConnectionState())
    state.requestReceived()
    state.answerDeferred()
    #expect(state.transferFailed() == .close)
    #expect(state.phase == .closed)
  }
}

import ByteText
import HTTPCore

extension ConnectionDriver {
  /// Once so many octets of answers wait they are sent, so that a client which asks much and reads nothing costs no more.
  static let outputBatch = 128 << 10

  /// Sends what is in `output`; what the socket does not take waits in the connection's `outgoing`.
  func flush(_ slot: Int32) {
    guard !output.isEmpty, table.isOpen(slot) else { return }
    let closes = outputCloses
    outputCloses = false
    var sent = 0
    switch table[slot].stream.send(output.view) {
    case .transferred(let count): sent = count
    case .wouldBlock, .ended: break
    case .failed:
      output.removeAll()
      loseAnswers()
      return perform(slot, table[slot].state.transferFailed())
    }
    if sent < output.count {
      let rest = output.view.slice(sent, output.count)
      table[slot].outgoing = Outgoing(rest, delayAnswers(behind: sent), closes: closes)
      setDeadline(slot, after: limits.sendDeadline)
    }
    output.removeAll(keepingUpTo: 2 * ConnectionDriver.outputBatch)
    spans.removeAll()
    if table[slot].outgoing == nil { answersSent(slot, closes: closes) }
  }

  /// Goes on sending after the socket has room again or a wait is over, then with requests that waited behind.
  func continueSending(_ slot: Int32) {
    runSteps(slot)
    carryOn(slot)
  }

  /// Goes on with requests that waited behind an answer, once that has been sent.
  func carryOn(_ slot: Int32) {
    guard table.isOpen(slot) else { return }
    guard table[slot].outgoing == nil else { return updateInterest(slot) }
    if let partial = table[slot].partial {
      resume(slot, partial)
    } else {
      updateInterest(slot)
    }
  }

  /// Sends and steps until the socket is full, a step waits, or all is done.
  func runSteps(_ slot: Int32) {
    guard let outgoing = table[slot].outgoing else { return }
    while true {
      while !outgoing.pending.isEmpty {
        switch table[slot].stream.send(outgoing.pending) {
        case .transferred(let count):
          outgoing.sent(count)
          tell(outgoing.takeLeft())
        case .wouldBlock, .ended: return setDeadline(slot, after: limits.sendDeadline)
        case .failed: return perform(slot, table[slot].state.transferFailed())
        }
      }
      guard let step = outgoing.advance() else { break }
      switch step {
      case .send: continue
      case .wait(let milliseconds):
        if table[slot].state.isStopping { continue }
        // From now on, and not from when the turn began: no wait is shorter than it is meant to be.
        return setDeadline(slot, after: milliseconds &+ reactor.clock.lag)
      case .hang: return table[slot].state.isStopping ? cutOff(slot) : setDeadline(slot, after: .max / 2)
      case .halfClose:
        cutAnswers(slot, .closed)
        return perform(slot, table[slot].state.planEnded(withReset: false))
      case .reset:
        cutAnswers(slot, .reset)
        return perform(slot, table[slot].state.planEnded(withReset: true))
      }
    }
    if outgoing.stream != nil {
      setDeadline(slot, after: .max / 2)
      return outgoing.piecesSent()
    }
    table[slot].outgoing = nil
    tell(outgoing.takeRest(.complete))
    answersSent(slot, closes: outgoing.closes)
  }

  private func answersSent(_ slot: Int32, closes: Bool) {
    // A 100 is no answer: the request goes on being received. And what is answered later has not been answered yet.
    guard table[slot].state.phase == .answering else { return }
    let action = table[slot].state.answersSent(closes: closes)
    if action == .carryOn { setDeadline(slot, after: limits.idleDeadline) }
    perform(slot, action)
  }
}

import ByteText
import HTTPServer
import PfopEngine

/// Answers that do not look or leave as they do by themselves.
extension MockHandler {
  /// Sends an answer as a script has it.
  /// - Parameter number: its entry's in the journal.
  func perform(
    _ script: AnswerScript, _ answer: Answer, _ frame: AnswerWriter.Frame, _ request: IncomingRequest,
    _ number: UInt64, to output: inout ByteBuffer
  ) -> WirePlan {
    var plain = ByteBuffer(capacity: 1024)
    if answer.isSent { writer.value.write(answer, frame, to: &plain) }
    let about = ScriptedAnswer.Request(isHead: frame.isHead, id: answer.persistentID)
    let scripted = ScriptedAnswer(plain.view, script, about, waits: script.hold == nil)
    return send(scripted, request.ticket, number, hold: script.hold, closes: request.closes, to: &output)
  }

  private func send(
    _ answer: ScriptedAnswer, _ ticket: AnswerTicket, _ number: UInt64?, hold: Int?, closes: Bool,
    to output: inout ByteBuffer
  ) -> WirePlan {
    let leavesWhole = hold == nil && answer.isWhole
    if let number {
      let steps = leavesWhole ? "" : answer.told(isHeld: hold != nil)
      answer.octets.withUnsafeBytes { octets in
        core.withJournal { $0.attach(octets, steps: steps, leavesWhole: leavesWhole, to: number) }
      }
      if leavesWhole {
        round.value.leaves(ticket.request, number)
      } else {
        round.value.leavesLater(ticket.request, number)
      }
    }
    if let hold {
      let held = HeldAnswers.Answer(ticket: ticket, octets: answer.octets, steps: answer.steps, closes: closes)
      core.held.keep(held, as: hold)
      return .later
    }
    answer.octets.withUnsafeBytes { output.append($0) }
    return leavesWhole ? .whole(closes: closes) : .steps(answer.steps)
  }

  func connectionAccepted(_ ticket: AnswerTicket, _ moment: LoopMoment, to output: inout ByteBuffer) -> WirePlan? {
    authenticator.followAdmission()
    guard authenticator.admission.screensConnections else { return nil }
    let (script, number) = core.screen(ticket, at: moment, &round.value)
    guard let script else { return nil }
    if core.audience.isListening { hasNews = true }
    let scripted = ScriptedAnswer(ByteView(start: nil, count: 0), script, .init(), waits: script.hold == nil)
    return send(scripted, ticket, number, hold: script.hold, closes: false, to: &output)
  }
}

extension ScriptedAnswer {
  /// Steps that the journal tells of.
  private static let toldCount = 64

  /// The steps in words, a line each.
  fileprivate func told(isHeld: Bool) -> String {
    var lines = steps.prefix(ScriptedAnswer.toldCount).map { step in
      switch step {
      case .send(let range): "send \(range.lowerBound)..<\(range.upperBound)"
      case .wait(let milliseconds): "wait \(milliseconds)ms"
      case .hang: "hang"
      case .halfClose: "FIN"
      case .reset: "RST"
      }
    }
    if steps.count > lines.count { lines.append("\(steps.count - lines.count) more") }
    // It is no step of the plan, and comes before the first.
    return ((isHeld ? ["held"] : []) + lines).joined(separator: "\n")
  }
}

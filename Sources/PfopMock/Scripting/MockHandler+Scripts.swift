import ByteText
import HTTPServer
import PfopEngine

/// Answers that do not look or leave as they do by themselves.
extension MockHandler {
  /// Sends an answer as a script has it.
  func perform(
    _ script: AnswerScript, _ answer: Answer, _ frame: AnswerWriter.Frame, _ request: IncomingRequest,
    to output: inout ByteBuffer
  ) -> WirePlan {
    var plain = ByteBuffer(capacity: 1024)
    if answer.isSent { writer.write(answer, frame, to: &plain) }
    let about = ScriptedAnswer.Request(isHead: frame.isHead, id: answer.persistentID)
    let scripted = ScriptedAnswer(plain.view, script, about, waits: script.hold == nil)
    return send(scripted, request.ticket, hold: script.hold, closes: request.closes, to: &output)
  }

  private func send(
    _ answer: ScriptedAnswer, _ ticket: AnswerTicket, hold: Int?, closes: Bool, to output: inout ByteBuffer
  ) -> WirePlan {
    if let hold {
      let held = HeldAnswers.Answer(ticket: ticket, octets: answer.octets, steps: answer.steps, closes: closes)
      core.held.keep(held, as: hold)
      return .later
    }
    answer.octets.withUnsafeBytes { output.append($0) }
    return answer.isWhole ? .whole(closes: closes) : .steps(answer.steps)
  }

  func connectionAccepted(_ ticket: AnswerTicket, _ moment: LoopMoment, to output: inout ByteBuffer) -> WirePlan? {
    authenticator.followAdmission()
    guard authenticator.admission.screensConnections, let script = core.screen(ticket, at: moment) else { return nil }
    let scripted = ScriptedAnswer(ByteView(start: nil, count: 0), script, .init(), waits: script.hold == nil)
    return send(scripted, ticket, hold: script.hold, closes: false, to: &output)
  }
}

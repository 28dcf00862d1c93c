import ByteText
import HTTPServer
import PfopEngine

/// Requests are decided, answered and written down in one go; of those answers that take longer the transport tells.
extension MockHandler {
  func settle(
    _ exchange: inout Exchange, _ frame: AnswerWriter.Frame, isScreened: Bool, to output: inout ByteBuffer,
    by decide: (inout Exchange, inout ServiceState) -> Resolution
  ) -> WirePlan {
    let start = output.count
    let scripted = core.settle(&exchange, &round.value, isScreened: isScreened, by: decide) { resolution in
      guard resolution.script == nil else { return nil }
      writer.value.write(resolution.answer, frame, to: &output)
      return output.view.slice(start, output.count)
    }
    if exchange.hasNews { hasNews = true }
    guard let scripted else { return .whole(closes: frame.closes) }
    return perform(scripted.script, scripted.answer, frame, exchange.request, exchange.number, to: &output)
  }

  func answerDelayed(_ request: UInt64) {
    guard let number = round.value.delay(request) else { return }
    core.withJournal { $0.delay(number) }
  }

  func answerEnded(_ request: UInt64, _ departure: Departure) {
    guard let number = round.value.end(request) else { return }
    core.withJournal { $0.settle(number, departure, at: SystemClock.monotonic) }
    hasEnded = true
    if core.audience.isListening { hasNews = true }
  }
}

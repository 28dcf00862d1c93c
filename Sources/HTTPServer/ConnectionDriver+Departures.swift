import ByteText

/// What the handler is told of answers that do not leave whole at once. Of the usual ones it is told nothing: they have
/// left when its round ends.
extension ConnectionDriver {
  /// Notes where the last answer lies in `output`.
  func noteAnswer(of request: UInt64, from start: Int) {
    spans.append(AnswerSpan(request: request, start: start, end: output.count))
  }

  /// Says that some answers of this round are going to leave later.
  /// - Parameter sent: how many octets of `output` have left.
  /// - Returns: those answers, by their places in what is left.
  func delayAnswers(behind sent: Int) -> [AnswerSpan] {
    let delayed = (0..<spans.count).map { spans[$0] }.filter { $0.end > sent }
    spans.removeAll()
    for span in delayed { handler.answerDelayed(span.request) }
    return delayed.map { AnswerSpan(request: $0.request, start: $0.start - sent, end: $0.end - sent) }
  }

  /// Says that the answers of this round have not left: the connection has failed under them.
  func loseAnswers() {
    let lost = (0..<spans.count).map { spans[$0].request }
    spans.removeAll()
    tell(lost.map { ($0, Departure(sent: 0, end: .clientGone)) })
  }

  /// Says what has come of answers that were on their way.
  func tell(_ departures: [(request: UInt64, departure: Departure)]) {
    guard !departures.isEmpty else { return }
    hasAnswered = true
    for (request, departure) in departures { handler.answerEnded(request, departure) }
  }

  /// Says that nothing more is sent of what a connection has under way, and drops it.
  func cutAnswers(_ slot: Int32, _ end: Departure.End) {
    if let outgoing = table[slot].outgoing {
      table[slot].outgoing = nil
      tell(outgoing.takeRest(end))
      outgoing.stream?(.ended)
    }
    let awaited = table[slot].awaitedRequest
    if awaited > 0 {
      table[slot].awaitedRequest = 0
      tell([(awaited, Departure(sent: 0, end: end))])
    }
  }
}

import ByteText
import HTTPCore

extension ConnectionDriver {
  func read(_ slot: Int32) {
    switch table[slot].stream.receive(into: input) {
    case .transferred(let count): received(slot, ByteView(rebasing: ByteView(input)[..<count]))
    // Over TLS it may wait for the other direction.
    case .wouldBlock: if table[slot].tls != nil { updateInterest(slot) }
    case .ended: perform(slot, table[slot].state.inputEnded())
    case .failed: perform(slot, table[slot].state.transferFailed())
    }
  }

  private func received(_ slot: Int32, _ bytes: ByteView) {
    if table[slot].state.phase == .lingering { return }
    if let partial = table[slot].partial {
      partial.append(bytes, at: reactor.clock.monotonic)
      return resume(slot, partial)
    }
    let consumed = process(slot, bytes, with: &parser)
    if consumed < bytes.count, mayReadOn(slot) {
      let fresh = RequestParser(limits: limits.parser, strictFraming: limits.strictFraming)
      let rest = bytes.slice(consumed, bytes.count)
      table[slot].partial = PartialInput(
        rest, parser: exchange(&parser, with: fresh), at: reactor.clock.monotonic)
    } else {
      parser.reset()
    }
    finishTurn(slot)
  }

  /// Goes on with what the connection has kept.
  func resume(_ slot: Int32, _ partial: PartialInput) {
    let consumed = process(slot, partial.buffer.view, with: &partial.parser)
    partial.consumed(consumed)
    if partial.buffer.isEmpty || !mayReadOn(slot) { table[slot].partial = nil }
    finishTurn(slot)
  }

  /// Answers every request that is whole in `bytes`.
  /// - Returns: how many octets those took.
  private func process(_ slot: Int32, _ bytes: ByteView, with parser: inout RequestParser) -> Int {
    var consumed = 0
    while consumed < bytes.count {
      if output.count >= ConnectionDriver.outputBatch { flush(slot) }
      guard mayReadOn(slot), table[slot].outgoing == nil, table[slot].state.phase != .awaitingAnswer else { break }
      let message = bytes.slice(consumed, bytes.count)
      do throws(ParseError) {
        guard case .complete(let length) = try parser.parse(message) else { break }
        answer(slot, parser, message.slice(0, length), isFirst: consumed == 0)
        consumed += length
        parser.reset()
      } catch {
        table[slot].state.requestReceived()
        refuse(slot, .malformed(error), received: message, head: parser.headSoFar, isFirst: consumed == 0)
      }
    }
    return consumed
  }

  /// - Parameter isFirst: no other request has been answered since octets came last.
  private func answer(_ slot: Int32, _ parser: borrowing RequestParser, _ message: ByteView, isFirst: Bool) {
    table[slot].state.requestReceived()
    let closes = !parser.head.keepsAlive || table[slot].state.mustClose
    let moment = moment
    let request = IncomingRequest(
      head: parser.head, message: message, content: parser.content(in: message), closes: closes, moment: moment,
      ticket: makeTicket(slot), arrival: table[slot].arrival(at: moment.monotonic, isFirst: isFirst),
      usesTLS: table[slot].tls != nil, isAtSide: table[slot].isAtSide)
    hasAnswered = true
    let start = output.count
    carryOut(handler.answer(request, to: &output), slot, from: start, request.ticket, closes: closes)
  }

  /// Lets the handler say what becomes of a connection before anything is read from it.
  func welcome(_ slot: Int32) {
    let ticket = makeTicket(slot)
    guard let plan = handler.connectionAccepted(ticket, moment, to: &output) else { return }
    hasAnswered = true
    table[slot].state.requestReceived()
    carryOut(plan, slot, from: 0, ticket, closes: false)
    finishTurn(slot)
  }

  /// - Parameter start: where the answer begins in `output`; before it are those that leave first.
  private func carryOut(_ plan: WirePlan, _ slot: Int32, from start: Int, _ ticket: AnswerTicket, closes: Bool) {
    switch plan {
    case .whole(let planCloses):
      noteAnswer(of: ticket.request, from: start)
      outputCloses = closes || planCloses
    case .steps(let steps):
      let ahead = output.view.slice(0, start)
      let answer = output.view.slice(start, output.count)
      table[slot].outgoing = Outgoing(
        ahead: ahead, delayAnswers(behind: 0), answer: answer, steps: steps, of: ticket.request, closes: closes)
      output.removeAll()
      runSteps(slot)
    case .later:
      precondition(output.count == start, "what is answered later is not answered now")
      table[slot].awaitedRequest = ticket.request
      table[slot].state.answerDeferred()
    }
  }

  /// Sends what a request has waited for, then goes on with the requests behind it.
  func answer(_ ticket: AnswerTicket, with reply: LateReply) {
    guard let slot = table.slot(of: ticket.connection), table[slot].awaitedRequest == ticket.request else { return }
    table[slot].awaitedRequest = 0
    table[slot].state.deferredAnswerArrived()
    reply.bytes.withUnsafeBytes { bytes in
      if let steps = reply.steps {
        let (request, earlier) = (ticket.request, table[slot].outgoing)
        let ahead = earlier?.pending ?? ByteView(start: nil, count: 0)
        table[slot].outgoing = Outgoing(
          ahead: ahead, earlier?.pendingSpans ?? [], answer: bytes, steps: steps, of: request, closes: reply.closes)
        runSteps(slot)
      } else if let outgoing = table[slot].outgoing {
        let waits = !outgoing.pending.isEmpty
        outgoing.append(bytes, of: ticket.request, closes: reply.closes)
        if !waits { runSteps(slot) }
      } else {
        table[slot].outgoing = Outgoing(
          bytes, [AnswerSpan(request: ticket.request, start: 0, end: bytes.count)], closes: reply.closes)
        runSteps(slot)
      }
    }
    carryOn(slot)
  }

  /// Lets a client that finishes sending count as gone while its request waits for its answer.
  func watchClient(of ticket: AnswerTicket, _ departed: @escaping @Sendable () -> Void) {
    guard let slot = table.slot(of: ticket.connection), table[slot].awaitedRequest == ticket.request else {
      return departed()
    }
    let outgoing = table[slot].outgoing ?? Outgoing(ByteView(start: nil, count: 0), [], closes: false)
    table[slot].outgoing = outgoing
    let nothing = ByteView(start: nil, count: 0)
    outgoing.append(piece: nothing, of: { if $0 == .ended { departed() } }, endsWithInput: true)
    updateInterest(slot)
  }

  /// Sends a part of what a request has waited for.
  func append(_ piece: AnswerPiece, of ticket: AnswerTicket) {
    guard let slot = table.slot(of: ticket.connection), table[slot].awaitedRequest == ticket.request else {
      piece.observer?(.ended)
      return
    }
    if piece.isEndless { table[slot].state.partOfEndlessAnswerArrived() }
    let outgoing = table[slot].outgoing ?? Outgoing(ByteView(start: nil, count: 0), [], closes: false)
    table[slot].outgoing = outgoing
    let waits = !outgoing.pending.isEmpty
    piece.bytes.withUnsafeBytes { outgoing.append(piece: $0, of: piece.observer, endsWithInput: piece.isEndless) }
    if !waits { runSteps(slot) }
    if table.isOpen(slot) { updateInterest(slot) }
  }

  /// Appends an answer to what is no request; it leaves when the turn is finished.
  /// - Parameter isFirst: no request has been answered since octets came last.
  func refuse(_ slot: Int32, _ refusal: Refusal, received: ByteView, head: RequestHead?, isFirst: Bool = true) {
    let request = IncompleteRequest(
      received: received, head: head, moment: moment, ticket: makeTicket(slot),
      arrival: table[slot].arrival(at: moment.monotonic, isFirst: isFirst))
    hasAnswered = true
    let start = output.count
    handler.refuse(refusal, of: request, to: &output)
    noteAnswer(of: request.ticket.request, from: start)
    outputCloses = true
  }

  /// True while what comes may still become a request.
  private func mayReadOn(_ slot: Int32) -> Bool {
    guard !outputCloses, table.isOpen(slot), table[slot].outgoing?.closes != true else { return false }
    return table[slot].state.phase != .lingering
  }

  /// Sends what this turn has answered, and waits for what is missing of the next request.
  func finishTurn(_ slot: Int32) {
    flush(slot)
    guard table.isOpen(slot) else { return }
    let awaitsAnswer = table[slot].state.phase == .awaitingAnswer
    if table[slot].outgoing == nil, !awaitsAnswer, let partial = table[slot].partial { awaitRest(slot, partial) }
    if table.isOpen(slot) { updateInterest(slot) }
  }

  private func awaitRest(_ slot: Int32, _ partial: PartialInput) {
    if partial.holdsEmptyLine { return }
    partial.releaseDecodedOctets()
    let awaitsContent = partial.parser.awaitsContent
    let phase = table[slot].state.phase
    table[slot].state.partReceived(headComplete: awaitsContent)
    guard table[slot].state.phase != phase else { return }
    setDeadline(slot, after: awaitsContent ? limits.contentDeadline : limits.headDeadline)
    if awaitsContent, partial.parser.head.expectsContinue, !partial.hasContinued {
      partial.hasContinued = true
      output.append("HTTP/1.1 100 Continue\r\n\r\n")
      flush(slot)
    }
  }
}

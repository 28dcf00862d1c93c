import ByteText
import HTTPServer
import PfopEngine

/// What rules say before a request is looked at.
extension ServiceState {
  /// Completes what rules and the journal know of a request.
  /// - Parameter counts: it is one that rules have a say on.
  mutating func prepare(_ exchange: inout Exchange, counts: Bool) {
    prepare(&exchange.subject, at: clock.now(exchange.request.moment.monotonic), counts: counts)
  }

  /// Decides a request that was prepared, after the rules that have their say before it.
  mutating func settle(
    _ exchange: inout Exchange, by decide: (inout Exchange, inout ServiceState) -> Resolution
  ) -> Resolution {
    let now = clock.now(exchange.request.moment.monotonic)
    var resolution = screenAndDecide(&exchange, at: now, by: decide)
    hold(&resolution, &exchange, at: now)
    return resolution
  }

  /// Apart, since `settle` would otherwise copy what it returns.
  private mutating func hold(_ resolution: inout Resolution, _ exchange: inout Exchange, at now: Timestamp) {
    guard let script = resolution.script else { return }
    resolution.script = hold(script, at: now)
    exchange.remark(on: "scripted answer: \(script)")
  }

  private mutating func screenAndDecide(
    _ exchange: inout Exchange, at now: Timestamp, by decide: (inout Exchange, inout ServiceState) -> Resolution
  ) -> Resolution {
    guard hasRules(in: .request) else { return decide(&exchange, &self) }
    exchange.subject.accessKey = exchange.claimedAccessKey
    let screened = screen(exchange.subject, in: .request, at: now)
    if isHoldingFull, let script = screened?.script, isHeld(script) {
      return Resolution(.refused(holdingFull), byName: holdingFull.check.name)
    }
    var resolution: Resolution
    switch screened?.decision {
    case nil, .goesOn: resolution = decide(&exchange, &self)
    case .refused(let refusal): resolution = Resolution(.refused(refusal), byName: refusal.check.name)
    case .unanswered(let rule): resolution = .unanswered(by: rule)
    }
    // Of two that have a word on the answer the later one knows more.
    if resolution.script == nil { resolution.script = screened?.script }
    return resolution
  }
}

extension ServiceState {
  fileprivate mutating func screenConnection(_ subject: inout RuleSubject, at now: Timestamp) -> Scripted<Screening>? {
    prepare(&subject, at: now, counts: true)
    guard var screened = screen(subject, in: .connection, at: now) else { return nil }
    screened.script = hold(screened.script, at: now)
    return screened
  }
}

extension MockCore {
  /// What is scripted about a connection before anything is read from it; nil for the usual: nothing.
  /// - Returns: also the number of its entry in the journal; nil if there is none.
  func screen(
    _ ticket: AnswerTicket, at moment: LoopMoment, _ round: inout AnswerRound
  ) -> (script: AnswerScript?, number: UInt64?) {
    var subject = RuleSubject()
    subject.connection = ticket.connectionNumber
    let (said, trials) = withService { service in
      (service.screenConnection(&subject, at: service.clock.now(moment.monotonic)), service.trials)
    }
    guard let screened = said else { return (nil, nil) }
    var number: UInt64?
    switch screened.decision {
    case .goesOn: break
    case .refused: preconditionFailure("nobody is answered before he has asked; the fixture's reader sees to it")
    case .unanswered(let rule):
      let nothing = ByteView(start: nil, count: 0)
      let answer = Answer.none(because: "scripted: \(rule), before anything was read from the connection")
      let arrival = Arrival(connection: moment.monotonic, firstOctet: moment.monotonic)
      let request = IncompleteRequest(
        received: nothing, head: nil, moment: moment, ticket: ticket, arrival: arrival)
      number = note(
        answer, by: .named(rule.ownerName), of: request, reqid: nothing, octets: nil, trials: trials, &round)
    }
    return (screened.script, number)
  }
}

extension AnswerScript: CustomStringConvertible {
  /// In a few words, for the journal.
  public var description: String {
    var words: [String] = []
    if delay > 0 { words.append("delay \(DurationText.text(delay))") }
    switch pace {
    case .dribble(let chunks, let span): words.append("\(chunks) pieces over \(DurationText.text(span))")
    case .bandwidth(let rate): words.append("\(rate) octets a second")
    case nil: break
    }
    if let fault { words.append(fault.rawValue) }
    if body != nil { words.append("a body of its own") }
    if !headers.isEmpty { words.append("fields \(headers.map(\.name).joined(separator: ", "))") }
    return words.joined(separator: ", ")
  }
}

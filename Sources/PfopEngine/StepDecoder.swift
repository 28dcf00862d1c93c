/// Reads one step of a `then`.
struct StepDecoder {
  static let times = 1...1_000_000_000
  static let probabilities = 0.0...1.0

  let reader: FixtureReader
  let phase: RulePhase
  let job: (FixtureValue) -> JobPlan?

  /// - Parameter isLast: of its list, which it then ends for good.
  func step(_ value: FixtureValue, isLast: Bool) -> Step? {
    let members = reader.members(of: value, as: StepField.self)
    let times = members[.times].flatMap { reader.number($0, in: Self.times, "a number of times") }
    let fault = members[.fault].flatMap { reader.choice($0, "a fault", as: Fault.self) }
    let rateLimit = members[.rateLimit].flatMap(rateLimit)
    let probability = members[.probability].flatMap(probability)
    let outcome = outcome(value, members, fault, rateLimit)
    // Without a word on it a step is taken once; the last one, and one that is a matter of luck or speed, for good.
    let isForGood = isLast || members[.probability] != nil || members[.rateLimit] != nil
    // What stands beside an outcome that was not understood is read all the same: its mistakes are told as well.
    var step = Step(outcome ?? .accept, times: times ?? (isForGood ? nil : 1), job: members[.job].flatMap(job))
    step.fault = fault
    step.rateLimit = rateLimit
    step.probability = probability ?? 1
    step.delay = members[.delay].flatMap(delay)
    step.pace = pace(members)
    step.body = members[.body].flatMap { reader.content($0) }
    step.headers = members[.headers].map(fieldLines) ?? []
    if outcome != nil { report(members, step) }
    return outcome.map { _ in step }
  }

  // MARK: - Outcome

  private func outcome(
    _ value: FixtureValue, _ members: FixtureMembers<StepField>, _ fault: Fault?, _ rateLimit: RateLimit?
  ) -> Outcome? {
    let given = StepField.outcomes.filter { members[$0] != nil }
    let outcomes = StepField.outcomes.map(\.rawValue).joined(separator: ", ")
    for field in given.dropFirst() {
      guard let member = members[field] else { continue }
      reader.report(member, "both \(given[0].rawValue) and \(field.rawValue)", allowed: "one of \(outcomes)")
    }
    guard given.count < 2 else { return nil }
    let error = members[.error].flatMap { reader.text($0, allowed: "a text") }
    if let status = members[.status] {
      return self.status(status).map { .status($0, error: error ?? Outcome.defaultErrorText($0)) }
    }
    if members[.rateLimit] != nil {
      return rateLimit.map { .status($0.status, error: error ?? Outcome.defaultErrorText($0.status)) }
    }
    if let error = members[.error], StepField.error.isKnown(in: phase) {
      reader.report(error, "without a status there is no error", allowed: "error beside status or rateLimit")
    }
    if let accept = members[.accept] {
      if ["true", "True", "TRUE"].contains(accept.plainText) { return .accept }
      reader.report(accept, "\(reader.shown(accept)) is not true", allowed: "true")
      return nil
    }
    if members[.fault] != nil {
      // Without a word on it a request that gets no answer has no effect either.
      return fault.map { $0.kind == .silence ? .silence : .accept }
    }
    if StepField.accepting.contains(where: { members[$0] != nil }) { return .accept }
    if members.isSound {
      let others = StepField.accepting.map(\.rawValue).joined(separator: ", ")
      reader.report(
        value, "nothing is said of what happens", allowed: "one of \(outcomes); or fault; or, to accept, \(others)")
    }
    return nil
  }

  func status(_ value: FixtureValue) -> Int? {
    let interim = value.plainText.flatMap { Int($0) }.map { 100...199 ~= $0 } ?? false
    let noun = "a status code" + (interim ? " that ends a request: clients go on waiting for the final one" : "")
    return reader.number(value, in: Outcome.statuses, noun)
  }

  /// What does not go together.
  private func report(_ members: FixtureMembers<StepField>, _ step: Step) {
    if let job = members[.job], step.outcome != .accept, StepField.job.isKnown(in: phase) {
      reader.report(job, "a request that is not accepted has no job", allowed: "job beside accept: true")
    }
    if let delay = members[.delay], step.fault == .earlyNotification {
      reader.report(delay, "the answer waits for the notification already", allowed: "earlyNotification without delay")
    }
    if let body = members[.body], step.fault == .persistentIdAsFloat {
      reader.report(body, "persistentIdAsFloat writes the content itself", allowed: "body without persistentIdAsFloat")
    }
    if let fault = members[.fault], let kind = step.fault { report(fault, kind, members, step) }
    reportUnknown(members)
  }

  private func report(_ value: FixtureValue, _ fault: Fault, _ members: FixtureMembers<StepField>, _ step: Step) {
    let name = fault.rawValue
    guard fault.isKnown(in: phase) else {
      let known = Fault.allCases.filter { $0.isKnown(in: phase) }.map(\.rawValue).joined(separator: ", ")
      reader.report(value, "\(tooEarly), so the fault \(name) has no meaning", allowed: known)
      return
    }
    switch fault.kind {
    case .silence:
      for field in StepField.ofAnswers where field.isKnown(in: phase) {
        guard let member = members[field] else { continue }
        let reason = "\(name) sends no answer, so \(field.rawValue) has no meaning"
        reader.report(member, reason, allowed: "\(field.rawValue) without \(name)")
      }
    case .damage: break
    case .job:
      if step.outcome != .accept {
        reader.report(value, "a request that is refused has no job, which \(name) is about", allowed: "accept: true")
      }
    }
  }

  /// What means nothing yet in the rule's phase.
  private func reportUnknown(_ members: FixtureMembers<StepField>) {
    for field in StepField.allCases where !field.isKnown(in: phase) {
      guard let member = members[field] else { continue }
      let known = StepField.allCases.filter { $0.isKnown(in: phase) }.map(\.rawValue).joined(separator: ", ")
      reader.report(member, "\(tooEarly), so \(field.rawValue) has no meaning", allowed: known)
    }
  }

  private var tooEarly: String {
    switch phase {
    case .connection: "nothing has been asked yet in the phase connection"
    case .request: "nothing is known of a job yet in the phase request"
    case .outcome: preconditionFailure("everything is known then")
    }
  }
}

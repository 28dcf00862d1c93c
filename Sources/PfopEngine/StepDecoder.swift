/// Reads one step of a `then`.
struct StepDecoder {
  static let fields = [
    "accept", "status", "fault", "rateLimit", "error", "body", "headers", "delay", "dribble", "bandwidth", "times",
    "probability", "job",
  ]
  static let delayFields = ["fixed", "uniform", "lognormal"]
  static let lognormalFields = ["median", "sigma"]
  static let dribbleFields = ["chunks", "over"]
  static let rateLimitFields = ["perSecond", "burst", "status", "retryAfter"]
  static let maximumTimes = 1_000_000_000

  let reader: FixtureReader
  let phase: RulePhase
  let job: (FixtureValue) -> JobPlan?

  /// - Parameter isLast: of its list, which it then ends for good.
  func step(_ value: FixtureValue, isLast: Bool) -> Step? {
    let members = reader.fields(of: value, allowed: Self.fields)
    let times = members["times"].flatMap {
      reader.number($0, in: 1...Self.maximumTimes, "a number of times", allowed: "a whole number of 1 or more")
    }
    let fault = members["fault"].flatMap { reader.choice($0, "a fault", as: Fault.self) }
    let rateLimit = members["rateLimit"].flatMap(rateLimit)
    let probability = members["probability"].flatMap(probability)
    guard let outcome = outcome(value, members, fault, rateLimit) else { return nil }
    // Without a word on it a step is taken once; the last one, and one that is a matter of luck or speed, for good.
    let isForGood = isLast || members["probability"] != nil || members["rateLimit"] != nil
    var step = Step(outcome, times: times ?? (isForGood ? nil : 1), job: members["job"].flatMap(job))
    step.fault = fault
    step.rateLimit = rateLimit
    step.probability = probability ?? 1
    step.delay = members["delay"].flatMap(delay)
    step.pace = pace(members)
    step.body = members["body"].flatMap { reader.content($0) }
    step.headers = members["headers"].map(headers) ?? []
    report(value, members, step)
    return step
  }

  // MARK: - Outcome

  private func outcome(
    _ value: FixtureValue, _ members: FixtureFields, _ fault: Fault?, _ rateLimit: RateLimit?
  ) -> Outcome? {
    let given = ["accept", "status", "rateLimit"].filter { members[$0] != nil }
    let allowed = "one of accept, status, rateLimit; or a fault by itself"
    guard given.count < 2 else {
      reader.report(value, "both \(given[0]) and \(given[1])", allowed: allowed)
      return nil
    }
    let error = members["error"].flatMap { reader.text($0, allowed: "a text") }
    if let status = members["status"] {
      return self.status(status).map { .status($0, error: error ?? Outcome.defaultErrorText($0)) }
    }
    if members["rateLimit"] != nil {
      return rateLimit.map { .status($0.status, error: error ?? Outcome.defaultErrorText($0.status)) }
    }
    if let error = members["error"] {
      reader.report(error, "without a status there is no error", allowed: "error beside status or rateLimit")
    }
    if let accept = members["accept"] {
      if ["true", "True", "TRUE"].contains(accept.plainText) { return .accept }
      reader.report(accept, "\(reader.shown(accept)) is not true", allowed: "true")
      return nil
    }
    if members["fault"] != nil {
      // Without a word on it a request that gets no answer has no effect either.
      return fault.map { $0.kind == .silence ? .silence : .accept }
    }
    if ["delay", "dribble", "bandwidth", "body", "headers", "job"].contains(where: { members[$0] != nil }) {
      return .accept
    }
    if members.isSound { reader.report(value, "nothing is said of what happens", allowed: allowed) }
    return nil
  }

  func status(_ value: FixtureValue) -> Int? {
    let allowed = "a whole number from \(Outcome.statuses.lowerBound) to \(Outcome.statuses.upperBound)"
    let interim = value.plainText.flatMap { Int($0) }.map { 100...199 ~= $0 } ?? false
    let noun = "a status code" + (interim ? " that ends a request: clients go on waiting for the final one" : "")
    return reader.number(value, in: Outcome.statuses, noun, allowed: allowed)
  }

  /// What does not go together.
  private func report(_ value: FixtureValue, _ members: FixtureFields, _ step: Step) {
    if let job = members["job"], step.outcome != .accept {
      reader.report(job, "a request that is not accepted has no job", allowed: "job beside accept: true")
    }
    if let fault = members["fault"], step.fault?.kind == .job, step.outcome != .accept {
      reader.report(
        fault, "a request that is refused has no job that it could be about", allowed: "accept: true beside it")
    }
    if let fault = members["fault"], let kind = step.fault, kind.kind == .silence {
      for field in ["body", "headers", "dribble", "bandwidth", "error"] {
        guard let member = members[field] else { continue }
        let reason = "\(kind.rawValue) sends no answer, so there is no \(field)"
        reader.report(member, reason, allowed: "\(field) without \(reader.shown(fault))")
      }
    }
    if let delay = members["delay"], step.fault == .earlyNotification {
      reader.report(delay, "the answer waits for the notification already", allowed: "earlyNotification without delay")
    }
    guard phase == .connection else { return }
    for field in ["status", "rateLimit", "body", "headers", "dribble", "bandwidth", "job"] {
      guard let member = members[field] else { continue }
      reader.report(
        member, "nothing has been asked yet in the phase connection, so there is no \(field)",
        allowed: "delay, and the faults \(Fault.ofConnections)")
    }
    if let fault = members["fault"], let kind = step.fault, kind.kind != .silence {
      reader.report(
        fault, "nothing has been asked yet in the phase connection, so there is no \(kind.rawValue)",
        allowed: Fault.ofConnections)
    }
  }

  // MARK: - Manner

  private func probability(_ value: FixtureValue) -> Double? {
    reader.decimal(value, in: 0...1, "a probability", allowed: "a number from 0 to 1")
  }

  private func delay(_ value: FixtureValue) -> Delay? {
    if value.node.scalar != nil { return span(value).map(Delay.fixed) }
    let members = reader.fields(of: value, allowed: Self.delayFields)
    let given = Self.delayFields.filter { members[$0] != nil }
    guard given.count == 1 else {
      let what = given.isEmpty ? "no distribution" : "both \(given[0]) and \(given[1])"
      if members.isSound {
        reader.report(value, what, allowed: "exactly one of \(Self.delayFields.joined(separator: ", "))")
      }
      return nil
    }
    if let fixed = members["fixed"] { return span(fixed).map(Delay.fixed) }
    if let uniform = members["uniform"] { return self.uniform(uniform) }
    return members["lognormal"].flatMap(lognormal)
  }

  private func uniform(_ value: FixtureValue) -> Delay? {
    let allowed = "two spans of time, the shorter one first: [50ms, 400ms]"
    let items = reader.items(of: value, allowed: allowed)
    let spans = items.compactMap(span)
    guard spans.count == items.count, value.node.sequence != nil else { return nil }
    guard spans.count == 2, spans[0] <= spans[1] else {
      reader.report(value, "these are not a least and a most", allowed: allowed)
      return nil
    }
    return .uniform(spans[0], spans[1])
  }

  private func lognormal(_ value: FixtureValue) -> Delay? {
    let members = reader.fields(of: value, allowed: Self.lognormalFields)
    for field in Self.lognormalFields where members[field] == nil && members.isSound {
      reader.report(value, "\(field) is missing", allowed: "median and sigma")
    }
    let median = members["median"].flatMap(span)
    let sigma = members["sigma"].flatMap {
      reader.decimal($0, in: Delay.sigmas, "a deviation", allowed: "a number from 0 to 10")
    }
    guard let median, let sigma else { return nil }
    return .lognormal(median: median, sigma: sigma)
  }

  private func span(_ value: FixtureValue) -> Int64? {
    guard let span = reader.duration(value) else { return nil }
    if span <= Delay.maximum { return span }
    reader.report(value, "is too long for an answer", allowed: "at most \(DurationText.text(Delay.maximum))")
    return nil
  }

  private func pace(_ members: FixtureFields) -> Pace? {
    if let bandwidth = members["bandwidth"] {
      if let dribble = members["dribble"] {
        reader.report(dribble, "both bandwidth and dribble", allowed: "one of them")
      }
      return reader.bandwidth(bandwidth).map(Pace.bandwidth)
    }
    return members["dribble"].flatMap(dribble)
  }

  private func dribble(_ value: FixtureValue) -> Pace? {
    let members = reader.fields(of: value, allowed: Self.dribbleFields)
    for field in Self.dribbleFields where members[field] == nil && members.isSound {
      reader.report(value, "\(field) is missing", allowed: "chunks and over")
    }
    let chunks = members["chunks"].flatMap {
      reader.number($0, in: Pace.chunkCounts, "a number of pieces", allowed: "a whole number from 1 to 10000")
    }
    guard let chunks, let over = members["over"].flatMap(span) else { return nil }
    return .dribble(chunks: chunks, over: over)
  }

  private func rateLimit(_ value: FixtureValue) -> RateLimit? {
    let members = reader.fields(of: value, allowed: Self.rateLimitFields)
    guard let rate = members["perSecond"] else {
      if members.isSound {
        reader.report(value, "perSecond is missing", allowed: "perSecond, and burst, status, retryAfter")
      }
      return nil
    }
    let perSecond = reader.decimal(rate, in: RateLimit.rates, "a rate", allowed: "a number from 0.001 to 1000000")
    let burst = members["burst"].flatMap {
      reader.number($0, in: RateLimit.bursts, "a number of requests", allowed: "a whole number from 1 to 1000000")
    }
    let retryAfter = members["retryAfter"].flatMap {
      reader.number($0, in: RateLimit.retries, "a number of seconds", allowed: "a whole number from 0 to 86400")
    }
    let status = members["status"].flatMap(status)
    return perSecond.map {
      RateLimit(perSecond: $0, burst: burst ?? 1, status: status ?? RateLimit.defaultStatus, retryAfter: retryAfter)
    }
  }

  private func headers(_ value: FixtureValue) -> [AnswerScript.Header] {
    reader.members(of: value, allowed: "a mapping of field names to values").compactMap { name, value in
      guard let text = reader.fieldName(name) else { return nil }
      guard !["content-length", "transfer-encoding", "connection"].contains(text.lowercased()) else {
        reader.report(
          name, "\(text) says where the answer ends, which is not for a fixture",
          allowed: "other fields; a fault breaks framing")
        return nil
      }
      return reader.fieldValue(value).map { AnswerScript.Header(name: text, value: $0) }
    }
  }
}

extension Fault {
  /// Those that make sense before anything was asked.
  static var ofConnections: String {
    allCases.filter { $0.kind == .silence }.map(\.rawValue).joined(separator: ", ")
  }
}

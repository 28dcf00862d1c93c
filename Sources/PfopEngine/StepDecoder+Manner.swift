/// Reads how an answer looks, and how it leaves.
extension StepDecoder {
  /// They say where an answer ends, in lower case.
  static let framingFields = ["content-length", "transfer-encoding", "connection"]

  func probability(_ value: FixtureValue) -> Double? {
    reader.decimal(value, in: Self.probabilities, "a probability")
  }

  func delay(_ value: FixtureValue) -> Delay? {
    if value.node.scalar != nil { return span(value).map(Delay.fixed) }
    guard value.node.mapping != nil else {
      reader.report(
        value, "\(value.kind) is not a delay", allowed: "a span of time such as 250ms, or one of \(DelayField.list)")
      return nil
    }
    let members = reader.members(of: value, as: DelayField.self)
    let given = DelayField.allCases.filter { members[$0] != nil }
    guard given.count == 1 else {
      let what = given.isEmpty ? "no distribution" : "both \(given[0].rawValue) and \(given[1].rawValue)"
      if members.isSound { reader.report(value, what, allowed: "exactly one of \(DelayField.list)") }
      return nil
    }
    if let fixed = members[.fixed] { return span(fixed).map(Delay.fixed) }
    if let uniform = members[.uniform] { return self.uniform(uniform) }
    return members[.lognormal].flatMap(lognormal)
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
    let members = reader.members(of: value, as: LognormalField.self)
    for field in LognormalField.allCases where members[field] == nil && members.isSound {
      reader.report(value, "\(field.rawValue) is missing", allowed: "median and sigma")
    }
    let median = members[.median].flatMap(span)
    let sigma = members[.sigma].flatMap { reader.decimal($0, in: Delay.sigmas, "a deviation") }
    guard let median, let sigma else { return nil }
    return .lognormal(median: median, sigma: sigma)
  }

  private func span(_ value: FixtureValue) -> Int64? { reader.duration(value, upTo: Delay.maximum) }

  func pace(_ members: FixtureMembers<StepField>) -> Pace? {
    if let bandwidth = members[.bandwidth] {
      if let dribble = members[.dribble] {
        reader.report(dribble, "both bandwidth and dribble", allowed: "one of bandwidth, dribble")
      }
      return reader.bandwidth(bandwidth).map(Pace.bandwidth)
    }
    return members[.dribble].flatMap(dribble)
  }

  private func dribble(_ value: FixtureValue) -> Pace? {
    let members = reader.members(of: value, as: DribbleField.self)
    for field in DribbleField.allCases where members[field] == nil && members.isSound {
      reader.report(value, "\(field.rawValue) is missing", allowed: "chunks and over")
    }
    let chunks = members[.chunks].flatMap { reader.number($0, in: Pace.chunkCounts, "a number of pieces") }
    let over = members[.over].flatMap(span)
    guard let chunks, let over else { return nil }
    return .dribble(chunks: chunks, over: over)
  }

  func rateLimit(_ value: FixtureValue) -> RateLimit? {
    let members = reader.members(of: value, as: RateLimitField.self)
    guard let rate = members[.perSecond] else {
      if members.isSound {
        reader.report(value, "perSecond is missing", allowed: "perSecond; beside it burst, status, retryAfter")
      }
      return nil
    }
    let perSecond = reader.decimal(rate, in: RateLimit.rates, "a rate")
    let burst = members[.burst].flatMap { reader.number($0, in: RateLimit.bursts, "a number of requests") }
    let retryAfter = members[.retryAfter].flatMap { reader.number($0, in: RateLimit.retries, "a number of seconds") }
    let status = members[.status].flatMap(status)
    return perSecond.map {
      RateLimit(perSecond: $0, burst: burst ?? 1, status: status ?? RateLimit.defaultStatus, retryAfter: retryAfter)
    }
  }

  func fieldLines(_ value: FixtureValue) -> [AnswerScript.Header] {
    reader.members(of: value, allowed: "a mapping of field names to values").compactMap { name, value in
      guard let text = reader.fieldName(name) else { return nil }
      guard !Self.framingFields.contains(text.lowercased()) else {
        reader.report(
          name, "\(text) says where the answer ends, which is not for a fixture",
          allowed: "other fields; a fault breaks framing")
        return nil
      }
      return reader.fieldValue(value).map { AnswerScript.Header(name: text, value: $0) }
    }
  }
}

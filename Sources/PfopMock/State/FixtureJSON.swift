import PfopEngine

/// A fixture without its accounts, in the words of fixture files: what reads those reads this.
extension JSONWriter {
  mutating func value(_ fixture: Fixture) {
    object { writer in
      if let dialect = fixture.dialect { writer.member("dialect", dialect.rawValue) }
      if let format = fixture.idFormat { writer.member("idFormat", format.rawValue) }
      writer.name("buckets")
      writer.object { writer in
        for bucket in fixture.buckets {
          writer.name(bucket.name.pattern)
          writer.value(bucket)
        }
      }
      writer.name("rules")
      writer.array { writer in
        for rule in fixture.rules { writer.value(rule) }
      }
    }
  }

  mutating func value(_ bucket: Fixture.Bucket) {
    object { writer in
      writer.name("keys")
      writer.array { writer in
        for key in bucket.keys { writer.value(key.pattern) }
      }
      if let dialect = bucket.dialect { writer.member("dialect", dialect.rawValue) }
      if let format = bucket.idFormat { writer.member("idFormat", format.rawValue) }
      if let job = bucket.job {
        writer.name("job")
        writer.value(job)
      }
      if !bucket.steps.isEmpty { writer.steps(bucket.steps) }
    }
  }

  mutating func value(_ rule: Rule) {
    object { writer in
      if let name = rule.name { writer.member("name", name) }
      writer.member("phase", rule.phase.rawValue)
      writer.name("when")
      writer.object { $0.conditions(rule.when) }
      writer.member("countBy", rule.countBy.rawValue)
      writer.steps(rule.steps)
    }
  }

  mutating func value(_ plan: JobPlan) {
    object { writer in
      writer.duration("waiting", plan.waiting)
      writer.duration("processing", plan.processing)
      switch plan.result {
      case .success: writer.member("result", "success")
      case .failed(let error, let index):
        writer.member("result", "failed")
        writer.member("error", error)
        if let index { writer.member("errorIndex", index) }
      }
      writer.duration("notifyAfter", plan.notifyAfter)
    }
  }

  private mutating func conditions(_ matchers: [Matcher]) {
    var headers: [(name: String, pattern: String)] = []
    for matcher in matchers {
      switch matcher {
      case .bucket(let wildcard): member("bucket", wildcard.pattern)
      case .key(let wildcard): member("key", wildcard.pattern)
      case .fops(let wildcard): member("fops", wildcard.pattern)
      case .pipeline(let wildcard): member("pipeline", wildcard.pattern)
      case .notifyURL(let wildcard): member("notifyURL", wildcard.pattern)
      case .accessKey(let wildcard): member("accessKey", wildcard.pattern)
      case .type(let isIdle): member("type", isIdle ? 1 : 0)
      case .force(let isForced): member("force", isForced ? 1 : 0)
      case .path(let wildcard): member("path", wildcard.pattern)
      case .method(let wildcard): member("method", wildcard.pattern)
      case .header(let name, let wildcard): headers.append((name, wildcard.pattern))
      case .userAgent(let wildcard): member("userAgent", wildcard.pattern)
      case .attempt(let range): member("attempt", "\(range.lowerBound)..\(range.upperBound)")
      case .time(let range):
        member("time", "\(JSONWriter.exact(range.lowerBound))..\(JSONWriter.exact(range.upperBound))")
      }
    }
    guard !headers.isEmpty else { return }
    name("header")
    object { writer in
      var names: Set<String> = []
      for header in headers {
        // Two conditions on one field were spelt in two ways; names compare without regard to case.
        writer.member(names.insert(header.name).inserted ? header.name : header.name.uppercased(), header.pattern)
      }
    }
  }

  private mutating func steps(_ steps: [Step]) {
    name("then")
    array { writer in
      for (index, step) in steps.enumerated() { writer.value(step, isLast: index == steps.count - 1) }
    }
  }

  private mutating func value(_ step: Step, isLast: Bool) {
    object { writer in
      switch step.outcome {
      case .accept: writer.member("accept", true)
      // The fault says it all.
      case .silence: break
      case .status(let status, let error):
        if let limit = step.rateLimit { writer.value(limit) } else { writer.member("status", status) }
        // A word on what is not sent is refused, and it is the usual one there.
        if error != Outcome.defaultErrorText(status) { writer.member("error", error) }
      }
      if let fault = step.fault { writer.member("fault", fault.rawValue) }
      if let times = step.times { writer.member("times", times) }
      // Without a word on `times` that alone tells a step that stays from one that is taken once.
      if step.probability < 1 || step.times == nil && !isLast && step.rateLimit == nil {
        writer.name("probability")
        writer.value(step.probability)
      }
      writer.manner(of: step)
      if let job = step.job {
        writer.name("job")
        writer.value(job)
      }
    }
  }

  private mutating func manner(of step: Step) {
    switch step.delay {
    case .fixed(let span): duration("delay", span)
    case .uniform(let least, let most):
      name("delay")
      object { writer in
        writer.name("uniform")
        writer.array { writer in
          writer.value(JSONWriter.exact(least))
          writer.value(JSONWriter.exact(most))
        }
      }
    case .lognormal(let median, let sigma):
      name("delay")
      object { writer in
        writer.name("lognormal")
        writer.object { writer in
          writer.duration("median", median)
          writer.name("sigma")
          writer.value(sigma)
        }
      }
    case nil: break
    }
    switch step.pace {
    case .dribble(let chunks, let span):
      name("dribble")
      object { writer in
        writer.member("chunks", chunks)
        writer.duration("over", span)
      }
    case .bandwidth(let rate): member("bandwidth", rate)
    case nil: break
    }
    if let body = step.body { member("body", body) }
    // Retry-After of a limit is not among them: it comes from the limit.
    guard !step.headers.isEmpty else { return }
    name("headers")
    object { writer in
      for header in step.headers { writer.member(header.name, header.value) }
    }
  }

  private mutating func value(_ limit: RateLimit) {
    name("rateLimit")
    object { writer in
      writer.name("perSecond")
      writer.value(limit.perSecond)
      writer.member("burst", limit.burst)
      writer.member("status", limit.status)
      if let seconds = limit.retryAfter { writer.member("retryAfter", seconds) }
    }
  }

  private mutating func duration(_ name: String, _ nanoseconds: Int64) { member(name, JSONWriter.exact(nanoseconds)) }

  /// To the nanosecond, which `DurationText.text` is not.
  static func exact(_ nanoseconds: Int64) -> String {
    let (milliseconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
    return rest == 0
      ? DurationText.text(nanoseconds) : "\(milliseconds).\(String(String(rest + 1_000_000).dropFirst()))ms"
  }
}

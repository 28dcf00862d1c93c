/// The names of what a step may say, and what goes with what.
enum StepField: String, FixtureField {
  case accept, status, fault, rateLimit, error, body, headers, delay, dribble, bandwidth, times, probability, job

  /// Only one of them says what becomes of a request.
  static let outcomes: [StepField] = [.accept, .status, .rateLimit]
  /// Without one of `outcomes` they mean that the request is accepted.
  static let accepting: [StepField] = [.delay, .dribble, .bandwidth, .body, .headers, .job]
  /// They are about the answer, and a fault of the kind `silence` sends none.
  static let ofAnswers: [StepField] = [.body, .headers, .dribble, .bandwidth, .error]
  /// Both say how fast the answer leaves.
  static let paces: [StepField] = [.bandwidth, .dribble]

  /// It means something that early.
  func isKnown(in phase: RulePhase) -> Bool {
    switch self {
    case .accept, .fault, .delay, .times, .probability: true
    case .status, .rateLimit, .error, .body, .headers, .dribble, .bandwidth: phase != .connection
    case .job: phase == .outcome
    }
  }
}

enum DelayField: String, FixtureField {
  case fixed, uniform, lognormal
}

enum LognormalField: String, FixtureField {
  case median, sigma
}

enum DribbleField: String, FixtureField {
  case chunks, over
}

enum RateLimitField: String, FixtureField {
  case perSecond, burst, status, retryAfter
}

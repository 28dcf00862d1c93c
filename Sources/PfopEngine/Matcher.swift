import ByteText

/// One condition of a rule's `when`.
package enum Matcher: Sendable, Equatable {
  case bucket(Wildcard)
  case key(Wildcard)
  /// Holds if any one stage of any command matches.
  case fops(Wildcard)
  case pipeline(Wildcard)
  case notifyURL(Wildcard)
  case accessKey(Wildcard)
  case type(Bool)
  case force(Bool)
  case path(Wildcard)
  case method(Wildcard)
  /// The name is in lower case.
  case header(name: String, Wildcard)
  case userAgent(Wildcard)
  /// Which of the requests with the same content it is, from 1.
  case attempt(ClosedRange<Int>)
  /// Nanoseconds of the service's clock since the server's start.
  case time(ClosedRange<Int64>)

  func holds(for subject: RuleSubject) -> Bool {
    switch self {
    case .bucket(let wildcard): subject.parameters.map { wildcard.matches($0.bucket) } ?? false
    case .key(let wildcard): subject.parameters.map { wildcard.matches($0.key) } ?? false
    case .fops(let wildcard): subject.parameters.map { Matcher.isAnyStage(of: $0.fops, wildcard) } ?? false
    case .pipeline(let wildcard):
      subject.parameters.map { wildcard.matches($0.pipeline ?? RuleSubject.nothing) } ?? false
    case .notifyURL(let wildcard): subject.parameters.map { wildcard.matches($0.notifyURL) } ?? false
    case .accessKey(let wildcard): wildcard.matches(subject.accessKey)
    case .type(let isIdle): subject.parameters?.isIdleType == isIdle
    case .force(let isForced): subject.parameters?.force == isForced
    case .path(let wildcard): wildcard.matches(subject.path)
    case .method(let wildcard): wildcard.matches(subject.method)
    case .header(let name, let wildcard):
      subject.fields?.hasField(named: Array(name.utf8), where: wildcard.matches) ?? false
    case .userAgent(let wildcard): wildcard.matches(subject.userAgent)
    case .attempt(let range): range.contains(subject.attempt)
    case .time(let range): range.contains(subject.time)
    }
  }

  private static func isAnyStage(of fops: ByteView, _ wildcard: Wildcard) -> Bool {
    FopPipeline(fops).commands.contains { command in
      FopPipeline.stages(of: command).contains { wildcard.matches($0) }
    }
  }

  /// What it is called in fixtures.
  var field: MatcherField {
    switch self {
    case .bucket: .bucket
    case .key: .key
    case .fops: .fops
    case .pipeline: .pipeline
    case .notifyURL: .notifyURL
    case .accessKey: .accessKey
    case .type: .type
    case .force: .force
    case .path: .path
    case .method: .method
    case .header: .header
    case .userAgent: .userAgent
    case .attempt: .attempt
    case .time: .time
    }
  }

  /// True if it holds for requests to that bucket only.
  func isForBucket(_ name: String) -> Bool {
    switch self {
    case .bucket(let wildcard): wildcard.exactName == Array(name.utf8)
    case .key, .fops, .pipeline, .notifyURL, .accessKey, .type, .force, .path, .method, .header, .userAgent, .attempt,
      .time:
      false
    }
  }
}

/// The names of conditions, as they stand in fixtures.
package enum MatcherField: String, FixtureField {
  case bucket, key, fops, pipeline, notifyURL, accessKey, type, force, path, method, header, userAgent, attempt, time

  /// What is known of a request in that phase.
  func isKnown(in phase: RulePhase) -> Bool {
    switch self {
    case .time: true
    case .accessKey, .path, .method, .header, .userAgent, .attempt: phase != .connection
    case .bucket, .key, .fops, .pipeline, .notifyURL, .type, .force: phase == .outcome
    }
  }
}

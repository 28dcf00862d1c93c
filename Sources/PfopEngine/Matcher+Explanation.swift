import ByteText

/// Why a condition does not hold, for people.
extension Matcher {
  /// One line: what the request has, and what was asked for.
  func explanation(for subject: RuleSubject) -> String {
    let request = subject.parameters
    switch self {
    case .bucket(let pattern): return Self.mismatch("bucket", request?.bucket, pattern)
    case .key(let pattern): return Self.mismatch("key", request?.key, pattern)
    case .fops(let pattern): return Self.mismatch("no command of fops", request?.fops, pattern, verb: "matches")
    case .pipeline(let pattern): return Self.mismatch("pipeline", request.flatMap(\.pipeline), pattern)
    case .notifyURL(let pattern): return Self.mismatch("notifyURL", request?.notifyURL, pattern)
    case .accessKey(let pattern): return Self.mismatch("accessKey", subject.accessKey, pattern)
    case .path(let pattern): return Self.mismatch("path", subject.path, pattern)
    case .method(let pattern): return Self.mismatch("method", subject.method, pattern)
    case .userAgent(let pattern): return Self.mismatch("userAgent", subject.userAgent, pattern)
    case .header(let name, let pattern):
      let isThere = subject.fields?.hasField(named: Array(name.utf8), where: { _ in true }) ?? false
      return isThere
        ? "header \(name) does not match \(Self.quoted(pattern))"
        : "header \(name) was not sent; asked for: \(Self.quoted(pattern))"
    case .type(let isIdle): return "type is \(isIdle ? 0 : 1), not \(isIdle ? 1 : 0)"
    case .force(let isForced): return "force is \(isForced ? 0 : 1), not \(isForced ? 1 : 0)"
    case .attempt(let range): return "attempt \(subject.attempt) is not in \(range.lowerBound)..\(range.upperBound)"
    case .time(let range):
      let ends = "\(DurationText.text(range.lowerBound))..\(DurationText.text(range.upperBound))"
      return "time \(DurationText.text(subject.time)) is not in \(ends)"
    }
  }

  private static func mismatch(
    _ noun: String, _ text: ByteView?, _ pattern: Wildcard, verb: String = "does not match"
  ) -> String {
    "\(noun) \"\((text ?? RuleSubject.nothing).visibleText(limit: 256))\" \(verb) \(quoted(pattern))"
  }

  private static func quoted(_ pattern: Wildcard) -> String { "\"\(pattern.pattern.visibleText(limit: 256))\"" }
}

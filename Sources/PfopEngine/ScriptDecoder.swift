/// Reads what is scripted: rules, their conditions, and steps.
struct ScriptDecoder {
  private static let ruleFields = ["name", "when", "then"]
  private static let matcherFields = ["bucket", "key", "fops"]
  private static let stepFields = ["status", "error", "accept", "job", "times"]
  private static let jobFields = ["waiting", "processing", "result", "error", "errorIndex"]
  private static let maximumTimes = 1_000_000_000

  let reader: FixtureReader

  /// A rule, and the value that names it.
  func rule(_ value: FixtureValue) -> (rule: Rule, name: FixtureValue?)? {
    let members = reader.fields(of: value, allowed: Self.ruleFields)
    let name = members["name"].flatMap { reader.text($0, allowed: "a text") }
    let when = members["when"].map(matchers) ?? []
    guard let then = members["then"] else {
      if members.isSound { reader.report(value, "then is missing", allowed: "a step or a list of steps") }
      return nil
    }
    return (Rule(name: name, when: when, steps: steps(then)), members["name"])
  }

  /// The steps of a `then`: a mapping is one step. Those that are no steps are reported and left out.
  func steps(_ value: FixtureValue) -> [Step] {
    if value.node.mapping != nil { return step(value, isLast: true).map { [$0] } ?? [] }
    let items = reader.items(of: value, allowed: "a step or a list of steps, each with status or accept")
    if items.isEmpty, value.node.sequence != nil { reader.report(value, "no steps", allowed: "one step or more") }
    return items.enumerated().compactMap { index, item in step(item, isLast: index == items.count - 1) }
  }

  /// How a job goes.
  func job(_ value: FixtureValue) -> JobPlan? {
    let members = reader.fields(of: value, allowed: Self.jobFields)
    return JobPlan(
      waiting: members["waiting"].flatMap(reader.duration) ?? 0,
      processing: members["processing"].flatMap(reader.duration) ?? 0, result: result(members))
  }

  private func result(_ members: FixtureFields) -> JobResult {
    let result = members["result"].flatMap { reader.choice($0, "a result", as: ResultName.self) } ?? .success
    let error = members["error"].flatMap { reader.text($0, allowed: "a text") }
    let errorIndex = members["errorIndex"].flatMap(reader.errorIndex)
    switch result {
    case .failed: return .failed(error: error ?? JobResult.defaultError, errorIndex: errorIndex)
    case .success:
      for field in ["error", "errorIndex"] {
        guard let member = members[field] else { continue }
        reader.report(member, "a job that succeeds has no \(field)", allowed: "\(field) beside result: failed")
      }
      return .success
    }
  }

  private enum ResultName: String, CaseIterable {
    case success, failed
  }

  func wildcard(_ pattern: String, at value: FixtureValue) -> Wildcard? {
    if let wildcard = Wildcard(pattern) { return wildcard }
    reader.report(
      value, "\(reader.quoted(pattern)) has a backslash before something else than * or \\",
      allowed: #"\* for a star and \\ for a backslash"#)
    return nil
  }

  private func matchers(_ value: FixtureValue) -> [Matcher] {
    let members = reader.fields(of: value, allowed: Self.matcherFields)
    return Self.matcherFields.compactMap { field in
      guard let member = members[field], let text = reader.text(member, allowed: "a text or a pattern with *"),
        let wildcard = wildcard(text, at: member)
      else { return nil }
      switch field {
      case "bucket": return .bucket(wildcard)
      case "key": return .key(wildcard)
      default: return .fops(wildcard)
      }
    }
  }

  private func step(_ value: FixtureValue, isLast: Bool) -> Step? {
    let members = reader.fields(of: value, allowed: Self.stepFields)
    let times = members["times"].flatMap {
      reader.number($0, in: 1...Self.maximumTimes, "a number of times", allowed: "a whole number of 1 or more")
    }
    let job = members["job"].flatMap(job)
    guard let outcome = outcome(value, members) else { return nil }
    if let job = members["job"], outcome != .accept {
      reader.report(job, "a request that is refused has no job", allowed: "job beside accept: true")
    }
    // Without a word on it a step is taken once, and the last one for good.
    return Step(outcome, times: times ?? (isLast ? nil : 1), job: job)
  }

  private func outcome(_ value: FixtureValue, _ members: FixtureFields) -> Outcome? {
    let error = members["error"]
    switch (members["status"], members["accept"]) {
    case (nil, nil):
      guard members.isSound else { break }
      reader.report(value, "neither status nor accept", allowed: "exactly one of status, accept")
    case (.some, .some):
      reader.report(value, "both status and accept", allowed: "exactly one of status, accept")
    case (let status?, nil):
      let text = error.flatMap { reader.text($0, allowed: "a text") }
      return self.status(status).map { .status($0, error: text ?? Outcome.defaultErrorText($0)) }
    case (nil, let accept?):
      if let error { reader.report(error, "a request that is accepted has no error", allowed: "error beside status") }
      if ["true", "True", "TRUE"].contains(accept.plainText) { return .accept }
      reader.report(accept, "\(reader.shown(accept)) is not true", allowed: "true")
    }
    return nil
  }

  private func status(_ value: FixtureValue) -> Int? {
    let allowed = "a whole number from \(Outcome.statuses.lowerBound) to \(Outcome.statuses.upperBound)"
    let interim = value.plainText.flatMap { Int($0) }.map { 100...199 ~= $0 } ?? false
    let noun = "a status code" + (interim ? " that ends a request: clients go on waiting for the final one" : "")
    return reader.number(value, in: Outcome.statuses, noun, allowed: allowed)
  }
}

/// Reads what is scripted: rules with their steps, and how jobs go.
struct ScriptDecoder {
  enum RuleField: String, FixtureField {
    case name, phase, when, countBy, then
  }

  enum JobField: String, FixtureField {
    case waiting, processing, result, error, errorIndex, notifyAfter

    /// What a job has only if it fails.
    static let ofFailures: [JobField] = [.error, .errorIndex]
  }

  let reader: FixtureReader

  /// A rule, and the value that names it.
  func rule(_ value: FixtureValue) -> (rule: Rule, name: FixtureValue?)? {
    let members = reader.members(of: value, as: RuleField.self)
    let name = members[.name].flatMap { reader.text($0, allowed: "a text") }
    let phase = members[.phase].flatMap { reader.choice($0, "a phase", as: RulePhase.self) } ?? .outcome
    let when = members[.when].map(MatcherDecoder(reader: reader, phase: phase).matchers) ?? []
    let countBy = members[.countBy].flatMap { self.countBy($0, in: phase) } ?? .rule
    guard let then = members[.then] else {
      if members.isSound { reader.report(value, "then is missing", allowed: "a step or a list of steps") }
      return nil
    }
    var rule = Rule(name: name, phase: phase, when: when, countBy: countBy, steps: steps(then, in: phase))
    rule.definition = reader.definition(of: value)
    return (rule, members[.name])
  }

  /// The steps of a `then`: a mapping is one step. Those that are no steps are reported and left out.
  func steps(_ value: FixtureValue, in phase: RulePhase = .outcome) -> [Step] {
    let decoder = StepDecoder(reader: reader, phase: phase, job: job)
    if value.node.mapping != nil { return decoder.step(value, isLast: true).map { [$0] } ?? [] }
    let items = reader.items(of: value, allowed: "a step or a list of steps, each with accept, status or fault")
    if items.isEmpty, value.node.sequence != nil { reader.report(value, "no steps", allowed: "one step or more") }
    return items.enumerated().compactMap { index, item in decoder.step(item, isLast: index == items.count - 1) }
  }

  /// How a job goes.
  func job(_ value: FixtureValue) -> JobPlan? {
    let members = reader.members(of: value, as: JobField.self)
    return JobPlan(
      waiting: members[.waiting].flatMap(reader.duration) ?? 0,
      processing: members[.processing].flatMap(reader.duration) ?? 0, result: result(members),
      notifyAfter: members[.notifyAfter].flatMap(reader.duration) ?? 0)
  }

  private func countBy(_ value: FixtureValue, in phase: RulePhase) -> CountBy? {
    guard let countBy = reader.choice(value, "something to count by", as: CountBy.self) else { return nil }
    if countBy.isKnown(in: phase) { return countBy }
    let known = CountBy.allCases.filter { $0.isKnown(in: phase) }
    reader.report(
      value, "\(countBy.rawValue) is not known yet in the phase \(phase.rawValue)",
      allowed: known.map(\.rawValue).joined(separator: ", "))
    return nil
  }

  private func result(_ members: FixtureMembers<JobField>) -> JobResult {
    let result = members[.result].flatMap { reader.choice($0, "a result", as: ResultName.self) } ?? .success
    let error = members[.error].flatMap { reader.text($0, allowed: "a text") }
    let errorIndex = members[.errorIndex].flatMap(reader.errorIndex)
    switch result {
    case .failed: return .failed(error: error ?? JobResult.defaultError, errorIndex: errorIndex)
    case .success:
      for field in JobField.ofFailures {
        guard let member = members[field] else { continue }
        let name = field.rawValue
        reader.report(member, "a job that succeeds has no \(name)", allowed: "\(name) beside result: failed")
      }
      return .success
    }
  }

  enum ResultName: String, CaseIterable {
    case success, failed
  }
}

import ByteText

/// The rules and buckets' own steps as they stood at a time, to tell later what a request was tried on. Outlines share what
/// has not changed between them.
package struct RuleOutline: Sendable {
  struct Script: Sendable {
    var owner: RuleReference.Owner
    var phase: RulePhase
    var when: [Matcher]
  }

  /// In the order in which they are tried. Trials count the buckets behind them.
  var rules = Blocks<Script>()
  /// Their names, as they are written.
  var buckets = Blocks<String>()

  /// How many rules and buckets there are in it.
  package var count: Int { rules.count + buckets.count }

  /// What came of each rule of a phase that had its turn, in file order. Rules that an index has passed over are among
  /// them: the name that it looks them up by was not the request's.
  /// - Parameters:
  ///   - trials: those of the request, whatever their phase.
  ///   - phase: one that the request came to.
  ///   - limit: how many are told at most; the one that was taken always is.
  package func accounts(
    of trials: RuleTrials, in phase: RulePhase, on subject: RuleSubject, limit: Int
  ) -> [RuleAccount] {
    let known = trials.kept.filter { $0.script < rules.count + buckets.count && belongs($0.script, to: phase) }
    var accounts: [RuleAccount] = []
    var position = 0
    for trial in known {
      // Without all trials nobody knows which were passed over.
      if trials.omittedCount == 0 { accounts += passedOver(position..<trial.script, phase, subject, limit) }
      position = trial.script + 1
      accounts.append(account(trial, phase, subject))
    }
    let isOver = known.contains { if case .taken = $0.verdict { true } else { false } }
    if !isOver, trials.omittedCount == 0, position < rules.count {
      accounts += passedOver(position..<rules.count, phase, subject, limit)
    }
    guard accounts.count > limit else { return accounts }
    return Array(isOver ? accounts.prefix(limit - 1) + accounts.suffix(1) : accounts.prefix(limit))
  }

  private func belongs(_ script: Int, to phase: RulePhase) -> Bool {
    (script < rules.count ? rules[script].phase : .outcome) == phase
  }

  private func passedOver(
    _ range: Range<Int>, _ phase: RulePhase, _ subject: RuleSubject, _ limit: Int
  ) -> [RuleAccount] {
    let range = range.clamped(to: rules.indices)
    return range.lazy.filter { rules[$0].phase == phase }.prefix(limit).compactMap { script in
      RuleIndex.indexedCondition(of: rules[script].when).map { condition in
        account(RuleTrial(script: script, .unmet(condition: condition)), phase, subject)
      }
    }
  }

  private func script(_ number: Int) -> Script {
    if number < rules.count { return rules[number] }
    // Its own steps have no conditions.
    return Script(owner: .bucket(name: buckets[number - rules.count]), phase: .outcome, when: [])
  }

  private func account(_ trial: RuleTrial, _ phase: RulePhase, _ subject: RuleSubject) -> RuleAccount {
    let script = script(trial.script)
    let verdict: RuleAccount.Verdict =
      switch trial.verdict {
      case .unmet(let condition):
        .unmet(script.when[min(condition, script.when.count - 1)].comparison(with: subject))
      case .noStep: .noStep
      case .off: .off
      case .taken(let step): .taken(step: step + 1)
      }
    return RuleAccount(name: script.owner.text, phase: phase, verdict: verdict)
  }
}

/// What came of one rule, in words.
package struct RuleAccount: Sendable, Equatable, CustomStringConvertible {
  package enum Verdict: Sendable, Equatable {
    case unmet(ConditionMismatch)
    case noStep
    /// Counted from 1.
    case taken(step: Int)
    case off
  }

  /// `rule transcoder down` or `bucket flaky-599`.
  package var name: String
  package var phase: RulePhase
  package var verdict: Verdict

  /// One line, without the name.
  package var description: String {
    switch verdict {
    case .unmet(let mismatch): "does not hold: \(mismatch)"
    case .noStep: "holds, but no step had its turn: used up, left out by chance, or below its rate"
    case .off: "is switched off"
    case .taken(let step): "holds, and step \(step) has its turn"
    }
  }
}

/// Writes down how rules are tried on a request that is not in earnest.
struct RuleRehearsal: Sendable {
  /// More of them would say no more.
  static let shownTrials = 1000

  private(set) var trials: [RuleTrial] = []
  /// Those that were tried and are not among `trials`.
  private(set) var untold = 0
  private(set) var luck: Luck

  init(luck: Luck) { self.luck = luck }

  /// Tries a script, which its owner has made a copy of.
  mutating func take(_ script: inout RuleScript, _ subject: RuleSubject, at now: Int64) -> RuleBook.Taken? {
    if let unmet = script.when.first(where: { !$0.holds(for: subject) }) {
      note(RuleTrial(owner: script.owner, verdict: .unmet(unmet.explanation(for: subject))))
      return nil
    }
    let taken = script.take(subject, at: now, &luck)
    note(RuleTrial(owner: script.owner, verdict: taken.map { .takes($0.reference) } ?? .passed))
    return taken
  }

  private mutating func note(_ trial: @autoclosure () -> RuleTrial) {
    if trials.count < Self.shownTrials { trials.append(trial()) } else { untold += 1 }
  }
}

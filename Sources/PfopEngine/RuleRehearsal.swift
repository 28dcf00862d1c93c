/// Writes down how rules are tried on a request that is not in earnest.
struct RuleRehearsal: Sendable {
  /// More of them would say no more.
  static let shownCount = 1000

  private(set) var accounts: [RuleAccount] = []
  /// Those that were tried and are not among `accounts`.
  private(set) var untold = 0
  private(set) var luck: Luck

  init(luck: Luck) { self.luck = luck }

  /// Tries a script, which its owner has made a copy of.
  mutating func take(_ script: inout RuleScript, _ subject: RuleSubject, at now: Int64) -> RuleBook.Taken? {
    let turn = script.take(subject, at: now, &luck)
    if accounts.count < Self.shownCount { accounts.append(script.account(of: turn, subject)) } else { untold += 1 }
    guard case .taken(let taken) = turn else { return nil }
    return taken
  }
}

extension RuleScript {
  fileprivate func account(of turn: Turn, _ subject: RuleSubject) -> RuleAccount {
    let verdict: RuleAccount.Verdict =
      switch turn {
      case .off: .off
      case .unmet(let condition): .unmet(when[condition].comparison(with: subject))
      case .noStep: .noStep
      case .taken(let taken): .taken(step: taken.reference.step)
      }
    return RuleAccount(name: owner.text, phase: phase, verdict: verdict)
  }
}

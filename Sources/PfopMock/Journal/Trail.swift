import PfopEngine

/// Every check and rule on a request's way, with what each said: of one in the journal made when somebody asks, of what
/// little is kept; and of one that was only rehearsed.
struct Trail {
  private(set) var trials: [JournalEntry.Trial] = []
  private let decidedBy: String
  /// A rule that lets a request go on is named by it where the request was accepted, too.
  private let isAccepted: Bool
  private let accounts: (RulePhase) -> [RuleAccount]

  /// - Parameters:
  ///   - stations: where the request could have been decided.
  ///   - decidedBy: the check or rule that has decided it.
  ///   - isScreened: rules of the phase `request` have had their say.
  ///   - accounts: what came of the rules of a phase.
  init(
    _ stations: [EndpointKind.Station], decidedBy: String, isScreened: Bool, isAccepted: Bool,
    accounts: @escaping (RulePhase) -> [RuleAccount]
  ) {
    self.decidedBy = decidedBy
    self.isAccepted = isAccepted
    self.accounts = accounts
    walk(stations, isScreened: isScreened)
  }

  /// - Parameter outline: the rules that its trials are about; nil if nobody remembers them.
  init(_ view: JournalView, _ outline: RuleOutline?, decidedBy: String) {
    let facts = view.facts
    self.decidedBy = decidedBy
    isAccepted = facts.status == 200 && facts.id > 0
    let trials = RuleTrials(view.trials, omittedCount: view.omittedTrialCount)
    accounts = { phase in
      outline?.accounts(of: trials, in: phase, on: view.subject, limit: RuleTrials.limit) ?? []
    }
    let isNoRequest = ["framing", "deadline", "connections", "tls"].contains(decidedBy)
    if view[.method].isEmpty, !isNoRequest {
      // A connection that a rule had its say on.
      _ = add(in: .connection)
    } else if view[.method].isEmpty || isNoRequest {
      // Nothing was read that could be tried.
      walk([.check(decidedBy)], isScreened: false)
    } else if facts.call == .none, decidedBy == "method", facts.status == 501 {
      // A method that nobody knows is refused before anything else is looked at.
      walk([.check("framing"), .check("method")], isScreened: false)
    } else {
      walk(facts.call.stations, isScreened: facts.isScreened)
    }
  }

  private mutating func walk(_ stations: [EndpointKind.Station], isScreened: Bool) {
    var isDecided = false
    for station in stations {
      switch station {
      case .check(let name):
        let decides = !isDecided && name == decidedBy
        trials.append(JournalEntry.Trial(name: name, verdict: isDecided ? .notReached : decides ? .decided : .passed))
        isDecided = isDecided || decides
      case .rules(let early):
        guard !isDecided, !early || isScreened else { continue }
        isDecided = add(in: early ? .request : .outcome)
      }
    }
  }

  /// - Returns: true if one of them decided the request.
  private mutating func add(in phase: RulePhase) -> Bool {
    var isDecided = false
    for account in accounts(phase) {
      var trial = JournalEntry.Trial(name: account.name, verdict: .passedOver, phase: phase)
      trial.reason = account.description
      switch account.verdict {
      case .unmet(let mismatch): trial.mismatch = mismatch
      case .off, .noStep: break
      case .taken:
        let decides = account.name == decidedBy && !isAccepted
        trial.verdict = decides ? .decided : .wentOn
        isDecided = decides
      }
      trials.append(trial)
    }
    return isDecided
  }
}

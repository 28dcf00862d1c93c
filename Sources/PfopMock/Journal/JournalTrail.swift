import PfopEngine

/// Every check and rule on a request's way, with what each said: made when somebody asks, of what little is kept.
struct JournalTrail {
  /// Rules that are told of at most, for each phase.
  private static let ruleLimit = 64

  private(set) var trials: [JournalEntry.Trial] = []
  private let view: JournalView
  private let outline: RuleOutline?
  private let decidedBy: String

  init(_ view: JournalView, _ outline: RuleOutline?, decidedBy: String) {
    self.view = view
    self.outline = outline
    self.decidedBy = decidedBy
    // Where there is no method nothing was read that could be tried.
    if view[.method].isEmpty || isNoRequest {
      walk([.check(decidedBy)])
    } else if view.facts.call == .none, decidedBy == "method", view.facts.status == 501 {
      // A method that nobody knows is refused before anything else is looked at.
      walk([.check("framing"), .check("method")])
    } else {
      walk(view.facts.call.stations)
    }
  }

  private var isNoRequest: Bool { ["framing", "deadline", "connections", "tls"].contains(decidedBy) }

  private mutating func walk(_ stations: [EndpointKind.Station]) {
    var isDecided = false
    for station in stations {
      switch station {
      case .check(let name):
        let decides = !isDecided && name == decidedBy
        trials.append(JournalEntry.Trial(name: name, verdict: isDecided ? .notReached : decides ? .decided : .passed))
        isDecided = isDecided || decides
      case .rules(let early):
        guard !isDecided, !early || view.facts.isScreened else { continue }
        isDecided = add(in: early ? .request : .outcome)
      }
    }
    // A connection that a rule had its say on.
    if stations == [.check(decidedBy)], view[.method].isEmpty, !isNoRequest {
      trials = []
      _ = add(in: .connection)
    }
  }

  /// - Returns: true if one of them decided the request.
  private mutating func add(in phase: RulePhase) -> Bool {
    var isDecided = false
    for account in outline?.accounts(of: recorded, in: phase, on: view.subject, limit: Self.ruleLimit) ?? [] {
      var trial = JournalEntry.Trial(name: account.name, verdict: .passedOver, phase: phase)
      trial.reason = account.description
      switch account.verdict {
      case .unmet(let mismatch): trial.mismatch = mismatch
      case .off, .noStep: break
      case .taken:
        // A rule that lets a request go on is named where the request was accepted, too.
        let decides = account.name == decidedBy && !(view.facts.status == 200 && view.facts.id > 0)
        trial.verdict = decides ? .decided : .wentOn
        isDecided = decides
      }
      trials.append(trial)
    }
    return isDecided
  }

  private var recorded: RuleTrials { RuleTrials(view.trials, omittedCount: view.omittedTrialCount) }
}

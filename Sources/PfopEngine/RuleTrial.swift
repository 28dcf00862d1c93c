/// A script that was tried on a request, and what came of it.
package struct RuleTrial: Sendable, Equatable {
  package enum Verdict: Sendable, Equatable {
    /// The first condition that does not hold, in words.
    case unmet(String)
    /// It holds, but none of its steps has its turn: they are used up, or chance or rate have it so.
    case passed
    case takes(RuleReference)
  }

  package var owner: RuleReference.Owner
  package var verdict: Verdict
}

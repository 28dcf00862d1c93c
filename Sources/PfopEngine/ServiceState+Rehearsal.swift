/// Decisions that are not in earnest.
extension ServiceState {
  package struct Rehearsed<Result> {
    package var result: Result
    /// What came of the rules and scripts that were tried, in order.
    package var accounts: [RuleAccount]
    /// How many more were tried than are told.
    package var untold: Int
    /// Another draw might have led elsewhere.
    package var dependsOnLuck: Bool
  }

  /// Lets `body` decide on a copy: nothing is counted or drawn here, no id is used up and no job begins.
  ///
  /// Jobs, keys and files are not copied, since what is never written stays shared; of rules that look at the request the
  /// scripts are, as soon as one takes a step. The copy is gone when this returns.
  /// - Parameter luckily: whatever is a matter of chance comes about; otherwise it never does.
  package func rehearse<Result>(
    luckily: Bool, _ body: (inout ServiceState) -> Result
  ) -> Rehearsed<Result> {
    var copy = self
    copy.rules.rehearsal = RuleRehearsal(luck: Luck(forced: luckily))
    let result = body(&copy)
    let rehearsal = copy.rules.rehearsal
    return Rehearsed(
      result: result, accounts: rehearsal?.accounts ?? [], untold: rehearsal?.untold ?? 0,
      dependsOnLuck: rehearsal?.luck.wasAsked ?? false)
  }
}

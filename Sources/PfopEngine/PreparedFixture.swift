/// A fixture with all that is made of it before it can be in force: that takes time for each of its rules and keys, so it is
/// done before the service is locked.
package struct PreparedFixture: Sendable {
  var fixture: Fixture
  var accountIndex: NameIndex
  var bucketIndex: NameIndex
  var idioms: IdiomTable
  var resources: ResourceTable
  var rules: RuleBook
  /// As it was loaded, and what its buckets are looked up in.
  var loaded: Fixture
  var loadedResources: ResourceTable
  var attempts: AttemptCounts

  package init(_ fixture: Fixture, _ settings: ServiceState.Settings) {
    self.fixture = fixture
    loaded = fixture
    accountIndex = NameIndex(fixture.accounts.lazy.map(\.accessKey))
    bucketIndex = NameIndex(fixture.buckets.lazy.map(\.name.pattern))
    idioms = IdiomTable(fixture, dialect: settings.dialect, idFormat: settings.idFormat)
    resources = ResourceTable(fixture)
    loadedResources = resources
    rules = RuleBook(fixture, seed: settings.seed, stepShare: settings.memory.share(of: .stepCounts))
    attempts = AttemptCounts(share: settings.memory.share(of: .attempts))
  }
}

extension ServiceState {
  /// Puts another fixture in the place of this one and of all that was changed at run time. Its rules begin anew; ids,
  /// jobs and the keys they made stay.
  /// - Parameter prepared: holds what was there before when this returns, to be freed where nobody waits for it.
  package mutating func replaceFixture(_ prepared: inout PreparedFixture) {
    swap(&fixture, &prepared.fixture)
    swap(&accountIndex, &prepared.accountIndex)
    swap(&bucketIndex, &prepared.bucketIndex)
    swap(&loaded, &prepared.loaded)
    swap(&idioms, &prepared.idioms)
    swap(&resources, &prepared.resources)
    swap(&loadedResources, &prepared.loadedResources)
    swap(&rules, &prepared.rules)
    swap(&attempts, &prepared.attempts)
    rules.forgottenCount += prepared.rules.forgottenCount
    attempts.evictedCount += prepared.attempts.evictedCount
    ruleRevision += 1
    note(.all)
  }
}

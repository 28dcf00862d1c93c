/// What a tester wrote: who may ask, what exists, what is scripted.
package struct Fixture: Sendable, Equatable {
  package struct Bucket: Sendable, Equatable {
    /// May hold wildcards.
    package var name: Wildcard
    /// The keys that can be read; a pattern stands for any key that matches.
    package var keys: [Wildcard]
    /// How the server speaks about the bucket; nil means as about all.
    package var dialect: Dialect?
    package var idFormat: IDFormat?
    /// How the jobs on its keys go, where no step says otherwise; nil means at once and with success.
    package var job: JobPlan?
    /// The bucket's own `then`; empty if it has none.
    package var steps: [Step]
    /// As it would stand in a file; nothing said is an empty object.
    package var definition = JSONValue.object([:])

    package init(
      name: Wildcard, keys: [Wildcard], dialect: Dialect? = nil, idFormat: IDFormat? = nil, job: JobPlan? = nil,
      steps: [Step]
    ) {
      self.name = name
      self.keys = keys
      self.dialect = dialect
      self.idFormat = idFormat
      self.job = job
      self.steps = steps
    }
  }

  /// Nil when the fixture does not say, as the next.
  package var dialect: Dialect?
  package var idFormat: IDFormat?
  package var accounts: [Account]
  /// In file order: of the patterns that match a name, the first counts.
  package var buckets: [Bucket]
  /// In file order: the first that matches counts.
  package var rules: [Rule]

  package init(
    dialect: Dialect? = nil, idFormat: IDFormat? = nil, accounts: [Account] = [], buckets: [Bucket] = [],
    rules: [Rule] = []
  ) {
    self.dialect = dialect
    self.idFormat = idFormat
    self.accounts = accounts
    self.buckets = buckets
    self.rules = rules
  }
}

/// Changes of the fixture at run time. Each is made in one call, so whoever decides a request sees it whole or not at
/// all; and everything that it does not concern goes on as it was: counts, what chance decides, jobs, ids, created keys.
extension ServiceState {
  /// A bucket with its keys made ready: that takes time for each of them, so it is done before the service is locked.
  package struct PreparedBucket: Sendable {
    package let bucket: Fixture.Bucket
    fileprivate var resources: ResourceTable.Bucket

    package init(_ bucket: Fixture.Bucket) {
      self.bucket = bucket
      resources = ResourceTable.Bucket(bucket)
    }
  }

  /// What can be told of a bucket or a rule: how it is defined, and how often each of its steps was taken.
  package struct Entry: Sendable, Equatable {
    /// A rule's; 0 for a bucket.
    package var id = 0
    package var name: String?
    package var definition: JSONValue
    package var taken: [Int]
    /// False for a rule that is switched off.
    package var isEnabled = true
  }

  /// Where a new rule goes.
  package enum RulePlace: Sendable, Equatable {
    case first, last
    case before(Int)
  }

  package enum RuleChange: Sendable, Equatable {
    case inserted(Entry)
    /// Another rule has the name.
    case nameTaken(FixtureProblem)
    /// There is no rule of that id.
    case unknown(Int)
  }

  /// What can be told of all buckets and rules, to be told while requests go on: it is shared with the service until that
  /// changes it.
  package struct EntryList: Sendable {
    fileprivate let fixture: Fixture
    fileprivate let book: RuleBook

    /// Each entry is made when it is asked for, as in `rules`.
    package var buckets: LazyMapCollection<Range<Int>, Entry> { fixture.buckets.indices.lazy.map(bucket) }

    /// In the order in which they are tried.
    package var rules: LazyMapCollection<Range<Int>, Entry> { fixture.rules.indices.lazy.map(rule) }

    fileprivate func bucket(_ place: Int) -> Entry {
      let bucket = fixture.buckets[place]
      return Entry(
        name: bucket.name.pattern, definition: bucket.definition, taken: book.bucketScripts[place]?.ledger.totals ?? [])
    }

    fileprivate func rule(_ place: Int) -> Entry {
      let (rule, script) = (fixture.rules[place], book.scripts[place])
      return Entry(
        id: script.id, name: rule.name, definition: rule.definition, taken: script.ledger.totals,
        isEnabled: !script.isOff)
    }
  }

  package var entries: EntryList { EntryList(fixture: fixture, book: rules) }

  // MARK: - Buckets

  /// - Parameter name: as it is written, with its wildcards.
  package func bucket(named name: String) -> Entry? { place(ofBucket: name).map(bucketEntry) }

  /// Puts a bucket in the place of the one of the same name, or behind all others.
  package mutating func put(_ prepared: PreparedBucket) {
    let bucket = prepared.bucket
    let place = place(ofBucket: bucket.name.pattern) ?? fixture.buckets.count
    if place == fixture.buckets.count {
      fixture.buckets.append(bucket)
      bucketIndex.append(bucket.name.pattern)
      resources.append(prepared.resources, named: bucket.name)
      ruleRevision += 1
    } else {
      fixture.buckets[place] = bucket
      resources.replace(place, with: prepared.resources)
    }
    rules.putBucket(bucket, at: place)
    if idioms.isMixed || bucket.dialect != nil || bucket.idFormat != nil { followIdioms() }
  }

  /// Costs a short step for each bucket behind it, whatever its keys.
  /// - Returns: false if there is no bucket of that name.
  package mutating func removeBucket(named name: String) -> Bool {
    guard let place = bucketIndex.remove(name) else { return false }
    let bucket = fixture.buckets.remove(at: place)
    resources.remove(place, named: bucket.name)
    rules.removeBucket(at: place)
    ruleRevision += 1
    if idioms.isMixed { followIdioms() }
    return true
  }

  private func place(ofBucket name: String) -> Int? { bucketIndex.place(of: name) }

  private func bucketEntry(_ place: Int) -> Entry { entries.bucket(place) }

  private mutating func followIdioms() {
    idioms = IdiomTable(fixture, dialect: settings.dialect, idFormat: settings.idFormat)
    admissionEra += 1
  }

  // MARK: - Rules

  package func rule(_ id: Int) -> Entry? { place(ofRule: id).map(ruleEntry) }

  package mutating func insert(_ rule: Rule, _ where: RulePlace) -> RuleChange {
    if let name = rule.name, let other = fixture.rules.firstIndex(where: { $0.name == name }) {
      return .nameTaken(
        FixtureProblem(
          file: "", place: nil, path: "name",
          what: "\(FixtureProblem.quoted(name)) is taken already, by rule \(rules.scripts[other].id)",
          allowed: "each name once"))
    }
    let place: Int
    switch `where` {
    case .first: place = 0
    case .last: place = fixture.rules.count
    case .before(let id):
      guard let found = self.place(ofRule: id) else { return .unknown(id) }
      place = found
    }
    fixture.rules.insert(rule, at: place)
    rules.insert(rule, at: place)
    ruleRevision += 1
    if rule.phase == .connection { admissionEra += 1 }
    return .inserted(ruleEntry(place))
  }

  /// - Returns: false if there is no rule of that id.
  package mutating func removeRule(_ id: Int) -> Bool {
    guard let place = place(ofRule: id) else { return false }
    if fixture.rules[place].phase == .connection { admissionEra += 1 }
    fixture.rules.remove(at: place)
    rules.removeRule(at: place)
    ruleRevision += 1
    return true
  }

  /// Switches a rule off, so that it is passed over, or on again; `reset` and loading files anew do so, too.
  /// - Returns: the rule as it is now; nil if there is none of that id.
  package mutating func turnRule(_ id: Int, isOn: Bool) -> Entry? {
    guard let place = place(ofRule: id) else { return nil }
    rules.turnRule(at: place, isOn: isOn)
    return ruleEntry(place)
  }

  private func place(ofRule id: Int) -> Int? { rules.scripts.firstIndex { $0.id == id } }

  private func ruleEntry(_ place: Int) -> Entry { entries.rule(place) }

  // MARK: - Accounts

  /// Of these requests may be signed.
  package var accounts: [Account] { fixture.accounts }

  /// True if there is an account with that AccessKey.
  package func hasAccount(_ accessKey: String) -> Bool { accountIndex.place(of: accessKey) != nil }

  /// What has become of the accounts: whoever keeps something of each need not look at all of them.
  package enum AccountChange: Sendable, Equatable {
    case put(Account)
    /// By its AccessKey.
    case removed(String)
    /// Any number of them.
    case all
  }

  mutating func note(_ change: AccountChange) {
    accountChange = change
    accountEra += 1
    admissionEra += 1
  }

  /// Puts an account in the place of the one with the same AccessKey, or behind all others.
  package mutating func put(_ account: Account) {
    if let place = accountIndex.place(of: account.accessKey) {
      fixture.accounts[place] = account
    } else {
      fixture.accounts.append(account)
      accountIndex.append(account.accessKey)
    }
    note(.put(account))
  }

  package enum AccountRemoval: Sendable, Equatable {
    case removed, unknown
    /// It is the only one: without it every signature would be refused.
    case last
  }

  package mutating func removeAccount(_ accessKey: String) -> AccountRemoval {
    guard hasAccount(accessKey) else { return .unknown }
    guard fixture.accounts.count > 1, let place = accountIndex.remove(accessKey) else { return .last }
    fixture.accounts.remove(at: place)
    note(.removed(accessKey))
    return .removed
  }
}

import ByteText

extension ServiceState {
  /// A service that goes on where another one was written down.
  ///
  /// On a running clock what remained of each wait remains: the times at which something happens are put off by as long
  /// as nobody served. A held clock stands where it stood.
  /// - Parameters:
  ///   - snapshot: one that `check` has found sound.
  ///   - settings: of the server that takes it over, but for the seed.
  ///   - own: that server's clock.
  ///   - monotonic: nanoseconds of the monotonic clock.
  package init(
    _ snapshot: ServiceSnapshot, settings: Settings, clock own: ServiceClock, monotonic: Int64
  ) {
    var settings = settings
    settings.seed = snapshot.seed
    // Time never goes back: a clock that is seeded begins before where the other one stood.
    var own = own
    let now = own.mode == .manual ? snapshot.now : max(own.now(monotonic), snapshot.now)
    let shift = now.nanoseconds - snapshot.now.nanoseconds
    let clock = ServiceClock(
      own.mode, now: now.nanoseconds, origin: snapshot.start.nanoseconds + shift, monotonic: monotonic)
    self.init(fixture: snapshot.fixture, settings: settings, clock: clock)
    ids = PersistentID(next: snapshot.nextID)
    for entry in snapshot.created { entry.withUnsafeBytes { created.insert($0) } }
    for file in snapshot.files { files.insert(file.entry, file.facts) }
    for attempt in snapshot.attempts { attempts.set(attempt.count, for: attempt.hash) }
    if let scripts = snapshot.scripts { rules.restore(scripts, of: fixture, shift: shift) }
    deliveries.restore(snapshot.deliveries.map(Self.cutShort), next: snapshot.nextDelivery)
    restoreJobs(snapshot, shift: shift, at: now)
  }

  private mutating func restoreJobs(_ snapshot: ServiceSnapshot, shift: Int64, at now: Timestamp) {
    let end = snapshot.nextID.map { UInt64($0) } ?? UInt64(Int64.max) + 1
    let stored = snapshot.jobs.map { stored in
      var stored = stored
      stored.job.state = stored.job.state.postponed(by: shift)
      return stored
    }
    jobs = JobTable(stored, first: snapshot.firstID, next: end, limit: jobs.limit, share: jobs.share)
    for stored in stored {
      guard let state = jobs.state(of: stored.job.id) else { continue }
      if state.due < .max { schedule.insert(time: state.due, id: stored.job.id) }
      // Whatever was on its way is sent once more: nobody knows whether it has come.
      if state.delivery == .underWay {
        orders.append(NotificationOrder(id: stored.job.id, at: now, wish: nil, era: era))
      }
    }
    for id in snapshot.repeats where jobs.state(of: id) != nil {
      orders.append(NotificationOrder(id: id, at: now, wish: 0, era: era))
    }
    hasNews = true
  }

  private static func cutShort(_ delivery: Delivery) -> Delivery {
    guard delivery.outcome == .underWay else { return delivery }
    var delivery = delivery
    delivery.outcome = .failed("the state was written down before there was an answer")
    return delivery
  }

  /// Takes the place of another service in the same process: what is under way for that one is for nobody, and the
  /// answers that it holds leave.
  package mutating func takePlace(of other: ServiceState) {
    era = other.era + 1
    admissionEra = other.admissionEra
    accountEra = other.accountEra
    note(.all)
    ruleRevision = other.ruleRevision + 1
    var renewed = Queue<NotificationOrder>()
    while var order = orders.popFirst() {
      order.era = era
      renewed.append(order)
    }
    orders = renewed
    happenings = other.happenings
    jobs.evictedCount += other.jobs.evictedCount
    created.evictedCount += other.created.evictedCount
    files.evictedCount += other.files.evictedCount
    deliveries.evictedCount += other.deliveries.evictedCount
    attempts.evictedCount += other.attempts.evictedCount
    rules.forgottenCount += other.rules.forgottenCount
    deliveryTally = other.deliveryTally
    lastHold = other.lastHold
    releases = other.releases + other.awaited.values.sorted()
    var holds = other.holds
    while let hold = holds.popFirst() { releases.append(hold.number) }
    hasNews = true
  }
}

extension RuleBook {
  /// Which script is whose. Rules are known by their order, buckets by their names: what has been through other hands
  /// may have them in another order, since names of an object have none.
  struct Places {
    private let rules: [String]
    private var buckets: [String: Int] = [:]

    fileprivate init(_ scripts: [RuleScript]) {
      var rules: [String] = []
      for (index, script) in scripts.enumerated() {
        switch script.owner {
        case .rule: rules.append(script.owner.text)
        case .bucket: buckets[script.owner.text] = index
        }
      }
      self.rules = rules
    }

    /// The index of the script that belongs to the one at `index` of those written down; nil if there is none, or it is
    /// taken already.
    mutating func take(_ owner: String, at index: Int) -> Int? {
      if index < rules.count { return rules[index] == owner || RuleBook.number(in: owner) != nil ? index : nil }
      return buckets.removeValue(forKey: owner)
    }
  }

  static func places(of scripts: [RuleScript]) -> Places { Places(scripts) }

  /// The id by which an unnamed rule is called, from 1 to `ServiceSnapshot.largestCount`; nil if it is called by a name, or
  /// is a bucket's script.
  fileprivate static func number(in owner: String) -> Int? {
    guard owner.hasPrefix("rule "), let number = Int(owner.dropFirst("rule ".count)) else { return nil }
    return 1...ServiceSnapshot.largestCount ~= number ? number : nil
  }

  /// - Parameter scripts: as many as there are here, each with as many steps.
  mutating func restore(_ restored: [ServiceSnapshot.Script], of fixture: Fixture, shift: Int64) {
    var places = RuleBook.places(of: allScripts)
    let ofBuckets = bucketScripts.indices.filter { bucketScripts[$0] != nil }
    for (number, script) in restored.enumerated() {
      guard let index = places.take(script.owner, at: number) else { continue }
      if index < scripts.count {
        // Rules that came at run time keep the ids by which they are called.
        let rule = fixture.rules[index]
        restoreRule(at: index, rule, id: script.ruleID(of: rule), script, shift: shift)
      } else {
        restoreBucket(at: ofBuckets[index - scripts.count], script, shift: shift)
      }
    }
  }
}

extension ServiceSnapshot.Script {
  /// The id of the rule that the script belongs to. States that tell none have it as the name of an unnamed rule.
  func ruleID(of rule: Rule) -> Int? { id ?? (rule.name == nil ? RuleBook.number(in: owner) : nil) }
}

import PfopEngine

/// What a test in the same process does to the server between its start and its end. Rules, buckets and criteria are
/// texts in the words of fixtures, YAML or JSON, with the same checks and messages.
extension PfopMockServer {
  /// Adds a rule behind all others, with effect on every request that comes from now on.
  ///
  /// ```swift
  /// try server.addRule("{when: {bucket: media}, then: [{status: 599, times: 2}, {accept: true}]}")
  /// ```
  /// - Parameter rule: what stands in a fixture under `rules`, once.
  /// - Returns: its id, by which it is removed.
  /// - Throws: ``StartFailure`` with every mistake, its place and what is allowed there; nothing has changed then.
  @discardableResult
  public func addRule(_ rule: String) throws(StartFailure) -> Int {
    let rule = try read("rule", rule) { reader, value in reader.rule(value) }
    switch core.changeFixture({ $0.insert(rule, .last) }) {
    case .inserted(let entry): return entry.id
    case .nameTaken(var problem):
      problem.file = "rule"
      throw StartFailure(problems: [problem.description])
    case .unknown: preconditionFailure("the last place is there, whatever rules are")
    }
  }

  /// Removes a rule.
  /// - Parameter id: what ``addRule(_:)`` returned; those of fixtures are 1, 2, 3 and so on, in their order.
  /// - Returns: false if there is no such rule any more.
  @discardableResult
  public func removeRule(_ id: Int) -> Bool { core.changeFixture { $0.removeRule(id) } }

  /// Adds a bucket, or puts it in the place of the one of that name: one of its own keeps a test apart from others that
  /// use the same server.
  /// - Parameters:
  ///   - name: may hold wildcards.
  ///   - bucket: what stands behind the name in a fixture, such as `{keys: ["*"], job: {result: failed}}`.
  /// - Throws: ``StartFailure`` with every mistake, its place and what is allowed there; nothing has changed then.
  public func putBucket(_ name: String, _ bucket: String) throws(StartFailure) {
    let bucket = try read("bucket", bucket) { reader, value in reader.bucket(named: name, value) }
    let prepared = ServiceState.PreparedBucket(bucket)
    core.changeFixture { $0.put(prepared) }
  }

  /// Back to how it was at the start: rules and buckets as fixtures have them, no jobs, no requests, the first id next.
  /// - Parameter bucket: only what belongs to that bucket; ids and a held clock, which belong to all, go on.
  public func reset(bucket: String? = nil) { ResetCall.reset(ofBucket: bucket, core) }

  /// Moves a held clock, see ``Configuration/clock-swift.property``. All that comes due happens first, notifications and
  /// their retries included.
  /// - Throws: ``StartFailure`` if the clock runs by itself, the span is none or leads past the year 2260, or the server
  ///   stops meanwhile.
  public func advance(by span: Duration) async throws(StartFailure) {
    guard core.configuration.clock == .manual else {
      throw StartFailure(problems: ["the clock runs by itself; Configuration.clock = .manual holds it"])
    }
    let nanoseconds = span.nanoseconds
    guard (0...DurationText.maximum).contains(nanoseconds) else {
      throw StartFailure(problems: ["\(span) is no way to go; allowed: 0 to \(DurationText.text(DurationText.maximum))"]
      )
    }
    let outcome = await Pending<Backstage.ClockOutcome>.wait { pending in
      core.backstage.post(.moveClock(by: nanoseconds, for: nil) { pending.tell($0) })
    }
    switch outcome {
    case .moved: return
    case .outOfTime(let now): throw StartFailure(problems: [ClockAdvanceCall.outOfTime(now, nanoseconds)])
    case .stopping, nil: throw StartFailure(problems: ["the server is stopping"])
    }
  }

  /// The Authorization that an SDK would send with a form, in the scheme QBox: for tests that have no SDK at hand.
  /// - Parameters:
  ///   - form: the body as it is sent, with the Content-Type `application/x-www-form-urlencoded`.
  ///   - path: the request's path, with its query.
  ///   - accessKey: of an account of the fixture; nil takes the first.
  /// - Throws: ``StartFailure`` if there is no such account, or the path is none.
  public func authorization(
    forForm form: String, path: String = "/pfop", accessKey: String? = nil
  ) throws(StartFailure) -> String {
    let accounts = core.withService { $0.accounts }
    guard let account = accounts.first(where: { accessKey == nil || $0.accessKey == accessKey }) else {
      let names = accounts.map(\.accessKey).joined(separator: ", ")
      throw StartFailure(problems: ["no account has that AccessKey; there are: \(names)"])
    }
    do {
      return try SignedCall(
        method: "POST", url: path, contentType: SignedCall.formType, body: form, scheme: "QBox",
        accessKey: account.accessKey, secretKey: account.secretKey
      ).authorization
    } catch {
      throw StartFailure(problems: ["\(error)"])
    }
  }

  /// - Parameters:
  ///   - name: in messages.
  ///   - read: reports to the reader whatever is wrong; returns nil only then.
  func read<Value>(
    _ name: String, _ text: String, _ read: (FixtureReader, FixtureValue) -> Value?
  ) throws(StartFailure) -> Value {
    let reader = FixtureReader(name: name)
    let value = reader.root(of: text).flatMap { read(reader, $0) }
    guard reader.problems.isEmpty, let value else {
      throw StartFailure(problems: reader.problems.map(\.description))
    }
    return value
  }
}

import Testing

@testable import PfopEngine

/// Steps that are more than a status: counts apart, chance, rates, and what they say of the answer.
struct ScriptedStepsTests {
  private static let second: Int64 = 1_000_000_000

  private func state(_ rules: String, seed: UInt64 = 1, clock: ServiceClock.Mode = .manual) throws -> ServiceState {
    ServiceState(
      fixture: try Samples.fixture("buckets: { \"*\": { keys: [\"*\"] } }\nrules: \(rules)"),
      settings: .init(seed: seed),
      clock: ServiceClock(clock, wall: 0, monotonic: 0))
  }

  private func statuses(
    _ state: inout ServiceState, _ forms: [String], _ change: (inout RuleSubject, Int) -> Void = { _, _ in }
  ) throws -> [Int] {
    try forms.enumerated().map { index, form in
      switch try state.script(form, { change(&$0, index) }).decision {
      case .accepted: 200
      case .refused(let refusal): refusal.status
      case .unanswered: 0
      }
    }
  }

  // MARK: - Counts

  @Test(arguments: [
    ("rule", [599, 200, 200, 200]), ("bucket", [599, 200, 599, 200]), ("key", [599, 599, 200, 200]),
    ("accessKey", [599, 200, 200, 200]), ("connection", [599, 599, 599, 200]),
  ])
  func stepsAreCountedApart(_ countBy: String, _ expected: [Int]) throws {
    var state = try state("[{ countBy: \(countBy), then: [{ status: 599, times: 1 }, { accept: true }] }]")
    let forms = [("b1", "k1"), ("b1", "k2"), ("b2", "k1"), ("b2", "k2")].map {
      Samples.form(["bucket": $0.0, "key": $0.1])
    }
    let connections: [UInt64] = [1, 2, 3, 1]
    #expect(try statuses(&state, forms) { $0.connection = connections[$1] } == expected)
  }

  @Test func countsApartBeginAnewWithTheRules() throws {
    var state = try state("[{ when: { bucket: media }, countBy: key, then: { status: 599, times: 1 } }]")
    let forms = Array(repeating: Samples.form(), count: 2)
    for reset in [{ $0.reset(.rules) }, { $0.reset(.rules, ofBucket: "media") }] as [(inout ServiceState) -> Void] {
      #expect(try statuses(&state, forms) == [599, 200])
      reset(&state)
    }
    state.reset(.rules, ofBucket: "other")
    #expect(try statuses(&state, forms) == [599, 200])
    state.reset(.rules, ofBucket: "other")
    #expect(try statuses(&state, forms) == [200, 200])
  }

  // MARK: - Chance

  @Test func aDrawThatFailsPassesOverTheStepForThisRequestOnly() throws {
    var state = try state("[{ then: [{ status: 599, probability: 0.3 }, { status: 503, probability: 0.5 }] }]")
    let count = 10_000
    let statuses = try statuses(&state, Array(repeating: Samples.form(), count: count))
    let shares = [599, 503, 200].map { status in Double(statuses.count { $0 == status }) / Double(count) }
    // Four deviations of a share are at most 0.02.
    for (share, expected) in zip(shares, [0.3, 0.35, 0.35]) { #expect(abs(share - expected) < 0.02, "\(shares)") }
  }

  @Test func timesBoundChance() throws {
    var state = try state("[{ then: [{ status: 599, probability: 0.5, times: 3 }, { accept: true }] }]")
    #expect(try statuses(&state, Array(repeating: Samples.form(), count: 100)).count { $0 == 599 } == 3)
    state = try self.state("[{ then: { status: 599, probability: 0 } }]")
    #expect(try statuses(&state, Array(repeating: Samples.form(), count: 100)).allSatisfy { $0 == 200 })
  }

  @Test func theSeedDecidesAndOtherRulesDoNot() throws {
    let rule = "{ name: unlucky, then: { status: 599, probability: 0.5 } }"
    func run(_ rules: String, seed: UInt64) throws -> [Int] {
      var state = try state(rules, seed: seed)
      return try statuses(&state, Array(repeating: Samples.form(), count: 64))
    }
    #expect(try run("[\(rule)]", seed: 5) == run("[\(rule)]", seed: 5))
    #expect(try run("[\(rule)]", seed: 5) != run("[\(rule)]", seed: 6))
    let other = "{ name: other, when: { bucket: other }, then: { status: 400, probability: 0.5 } }"
    #expect(try run("[\(other), \(rule)]", seed: 5) == run("[\(rule)]", seed: 5))
  }

  // MARK: - Rates

  @Test func whatIsBeyondTheRateIsRefusedAndTheRestGoesOn() throws {
    var state = try state(
      "[{ countBy: key, then: [{ rateLimit: { perSecond: 1, burst: 2, retryAfter: 3 } }, { status: 400, times: 1 }] }]")
    func ask(_ seconds: Int64, key: String = "k") throws -> Scripted<Decision> {
      try state.script(Samples.form(["key": key]), at: seconds * Self.second)
    }
    func status(_ scripted: Scripted<Decision>) -> Int {
      if case .refused(let refusal) = scripted.decision { refusal.status } else { 200 }
    }
    #expect(
      try [ask(0), ask(0), ask(0), ask(0, key: "other"), ask(1), ask(1)].map(status) == [400, 200, 573, 400, 200, 573])
    let refused = try ask(1)
    #expect(refused.script?.headers == [.init(name: "Retry-After", value: "3")])
    guard case .refused(let refusal) = refused.decision else { return }
    #expect(refusal.error == "too many requests")
    #expect(refusal.explanation == "scripted: step 1 of 2 of rule 1, taken 3 times")
  }

  // MARK: - Answers

  @Test func aStepSaysHowTheAnswerLooksAndLeaves() throws {
    var state = try state(
      """
      [{ then: { status: 418, body: "{}", headers: { X-A: b }, delay: 2s, dribble: { chunks: 3, over: 1s }, fault: truncatedBody } }]
      """)
    let script = try #require(try state.script(Samples.form()).script)
    #expect(script.body == "{}" && script.headers == [.init(name: "X-A", value: "b")])
    #expect(script.delay == 2 * Self.second && script.pace == .dribble(chunks: 3, over: Self.second))
    #expect(script.fault == .truncatedBody && script.hold == nil)
  }

  @Test func aPlainStepSaysNothing() throws {
    var state = try state("[{ then: [{ status: 599, times: 1 }, { accept: true, job: { waiting: 1s } }] }]")
    for _ in 0..<2 { #expect(try state.script(Samples.form()).script == nil) }
  }

  /// Without a word on it a request that gets no answer has no effect either; with `accept` it has.
  @Test(arguments: Fault.allCases)
  func aFaultByItself(_ fault: Fault) throws {
    for (accept, isAccepted) in [("", fault.kind != .silence), ("accept: true, ", true)] {
      var state = try state("[{ then: { \(accept)fault: \(fault) } }]")
      let scripted = try state.script(Samples.form())
      #expect(scripted.script?.fault == fault)
      switch scripted.decision {
      case .accepted: #expect(isAccepted)
      case .unanswered(let rule): #expect(!isAccepted && rule.ownerName == "rule 1")
      case .refused(let refusal): Issue.record("\(refusal)")
      }
      #expect(state.issuedIDs.count == (isAccepted ? 1 : 0))
    }
  }

  @Test func whatIsAboutJobsHasNoneWhereTheRequestIsRefused() throws {
    var state = ServiceState(
      fixture: try Samples.fixture(
        "buckets: { media: { then: { accept: true, delay: 1s, fault: persistentIdAsFloat } } }"))
    let scripted = try state.script(Samples.form())
    #expect(scripted.script?.fault == nil && scripted.script?.delay == Self.second)
  }

  // MARK: - Before requests are understood

  @Test func earlyRulesHaveTheirSay() throws {
    var state = try state(
      """
      [{ phase: request, when: { path: "/status/*" }, then: [{ status: 503, times: 1 }, { accept: true, delay: 1s }] },
       { phase: connection, then: { fault: connectionResetByPeer, times: 1 } }]
      """)
    func screen(_ phase: RulePhase, _ path: String) -> Scripted<Screening>? {
      path.withBytes { path in
        var subject = RuleSubject()
        subject.path = path
        return state.screen(subject, in: phase, at: Timestamp(nanoseconds: 0))
      }
    }
    #expect(state.hasRules(in: .request) && state.hasRules(in: .connection))
    #expect(screen(.request, "/pfop") == nil)
    guard case .refused(let refusal) = screen(.request, "/status/get/prefop")?.decision else {
      Issue.record("not refused")
      return
    }
    #expect(refusal.status == 503 && refusal.check.name == "rule 1")
    let later = try #require(screen(.request, "/status/get/prefop"))
    guard case .goesOn = later.decision else {
      Issue.record("does not go on")
      return
    }
    #expect(later.script?.delay == Self.second)
    guard case .unanswered = screen(.connection, "")?.decision else {
      Issue.record("answered")
      return
    }
    #expect(screen(.connection, "") == nil)
    // Neither had a say on what a pfop request comes to.
    #expect(try state.outcome(Samples.form()) == "200")
  }

  // MARK: - Answers that wait

  @Test func aHeldClockHoldsDelaysInOrder() throws {
    var state = try state("[{ then: { accept: true, delay: 2s } }]")
    let now = Timestamp(nanoseconds: 0)
    var script = AnswerScript(random: SeededRandom(seed: 1))
    var numbers: [Int?] = []
    for seconds in [2, 1, 2, 0] as [Int64] {
      script.delay = seconds * Self.second
      numbers.append(state.hold(script, at: now)?.hold)
    }
    #expect(numbers == [1, 2, 3, nil])
    #expect(state.nextDue == Timestamp(nanoseconds: Self.second))
    #expect(state.advance(to: Timestamp(nanoseconds: Self.second), limit: 10) == 1)
    #expect(state.takeReleases() == [2])
    #expect(state.advance(to: Timestamp(nanoseconds: 9 * Self.second), limit: 10) == 2)
    let releases = (state.takeReleases(), state.takeReleases())
    #expect(releases.0 == [1, 3] && releases.1.isEmpty)
    #expect(state.nextDue == nil)
    var running = try self.state("[]", clock: .real)
    script.delay = Self.second
    #expect(running.hold(script, at: now)?.hold == nil)
  }

  @Test(arguments: ["delivered", "failed", "job left", "jobs reset", "bucket reset"])
  func anAnswerWaitsForItsNotificationHoweverThatEnds(_ end: String) throws {
    var state = try state("[{ then: { accept: true, fault: earlyNotification } }]")
    let scripted = try state.script(Samples.form())
    #expect(scripted.script?.hold == 1)
    #expect(state.takeReleases().isEmpty)
    switch end {
    case "job left":
      // Its order is still there and finds nobody.
      state.jobs.remove(1)
      #expect(state.takeOrders(limit: 10).isEmpty)
    case "jobs reset": state.reset(.jobs)
    case "bucket reset": state.reset(.jobs, ofBucket: "media")
    default:
      let order = try #require(state.takeOrders(limit: 10).first?.order)
      var delivery = try #require(state.deliveryBegan(order)?.delivery)
      delivery.outcome = end == "failed" ? .failed("x") : .answered(status: 200, content: [], remark: nil)
      state.deliveryEnded(delivery, at: Timestamp(nanoseconds: 0))
    }
    #expect(state.takeReleases() == [1])
  }

  @Test func aNotificationThatWasTakenComesOnceMore() throws {
    var state = try state("[{ then: { fault: duplicateNotification } }]")
    _ = try state.script(Samples.form())
    for (outcome, wishes) in [(500, [nil]), (200, [nil]), (200, [0])] as [(Int, [Int?])] {
      _ = state.advance(to: Timestamp(nanoseconds: 60 * Self.second), limit: 10)
      let orders = state.takeOrders(limit: 10).map(\.order)
      #expect(orders.map(\.wish) == wishes)
      var delivery = try #require(state.deliveryBegan(orders[0])?.delivery)
      delivery.outcome = .answered(status: outcome, content: [], remark: nil)
      state.deliveryEnded(delivery, at: Timestamp(nanoseconds: 0))
    }
    #expect(state.takeOrders(limit: 10).isEmpty)
  }

  @Test func aLateNotificationComesAMinuteAfterTheResult() throws {
    var state = try state("[{ then: { fault: lateNotification, job: { processing: 5s } } }]")
    _ = try state.script(Samples.form())
    _ = state.advance(to: Timestamp(nanoseconds: 5 * Self.second), limit: 10)
    #expect(state.state(of: 1)?.phase == .finished)
    #expect(state.takeOrders(limit: 10).isEmpty && state.nextDue?.nanoseconds == 65 * Self.second)
    _ = state.advance(to: Timestamp(nanoseconds: 65 * Self.second), limit: 10)
    #expect(state.takeOrders(limit: 10).count == 1)
  }
}

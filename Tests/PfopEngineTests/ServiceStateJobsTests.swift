import Testing

@testable import PfopEngine

struct ServiceStateJobsTests {
  private static let second: Int64 = 1_000_000_000

  private func state(_ buckets: String, maxJobs: Int = 100, tries: Int = 5) throws -> ServiceState {
    ServiceState(
      fixture: try Samples.fixture("buckets: \(buckets)"),
      settings: .init(maxJobs: maxJobs, notification: NotificationPolicy(tries: tries, backoff: Self.second)))
  }

  private func job(_ id: Int64, _ state: ServiceState) throws -> Job { try #require(state.lookUp(id).job) }

  private func code(_ id: Int64, _ state: ServiceState) throws -> Int {
    StatusReport(try job(id, state)).code.rawValue
  }

  /// Takes what is ordered and begins it.
  private func begin(_ state: inout ServiceState) -> [Delivery] {
    state.takeOrders(limit: 100).compactMap { state.deliveryBegan($0.order)?.delivery }
  }

  private func end(_ delivery: Delivery, _ outcome: Delivery.Outcome, in state: inout ServiceState, at time: Int64 = 0)
  {
    var delivery = delivery
    delivery.outcome = outcome
    state.deliveryEnded(delivery, at: Timestamp(nanoseconds: time))
  }

  private let accepted = Delivery.Outcome.answered(status: 200, content: [], remark: nil)

  @Test func theBucketSaysHowItsJobsGoAndAStepGoesBeforeIt() throws {
    var state = try state(
      """
      { media: { keys: [video.mp4], job: { waiting: 1s, processing: 2s },
          then: [{ accept: true, job: { result: failed, error: e } }, { accept: true }] } }
      """)
    for _ in 0..<2 { #expect(try state.outcome(Samples.form()) == "200") }
    #expect(try code(1, state) == 3)
    #expect(try code(2, state) == 1)
    _ = state.advance(to: Timestamp(nanoseconds: Self.second), limit: 10)
    #expect(try code(2, state) == 2)
    _ = state.advance(to: Timestamp(nanoseconds: 3 * Self.second), limit: 10)
    #expect(try code(2, state) == 0)
  }

  @Test func aTargetExistsOnceTheJobHasFinished() throws {
    var state = try state("{ media: { keys: [video.mp4], job: { processing: 2s } } }")
    #expect(try state.outcome(Samples.form(["fops": "a|" + Samples.saveas("media:new")])) == "200")
    #expect(try state.outcome(Samples.form(["key": "new"])) == "404 no such key")
    _ = state.advance(to: Timestamp(nanoseconds: 2 * Self.second), limit: 10)
    #expect(try state.outcome(Samples.form(["key": "new"])) == "200")
    #expect(try state.outcome(Samples.form(["fops": "a|" + Samples.saveas("media:new")])) == "614 file exists")
  }

  @Test func aDerivedKeyCanBeReadAfterwards() throws {
    var state = try state("{ media: { keys: [video.mp4] } }")
    #expect(try state.outcome(Samples.form(["fops": "a|" + Samples.saveas("media")])) == "200")
    let key = StatusReport(try job(1, state)).items[0].key
    #expect(try state.outcome(Samples.form(["key": key])) == "200")
  }

  /// Both were accepted while there was no such file. Whose result comes first makes it; of two at one time the one with
  /// the lower id.
  @Test(arguments: [false, true])
  func ofTwoJobsForOneTargetOneMakesIt(_ force: Bool) throws {
    var state = try state("{ media: { keys: [video.mp4], job: { processing: 2s } } }")
    let fops = "info;a|" + Samples.saveas("media:new")
    for _ in 0..<2 {
      #expect(try state.outcome(Samples.form(["fops": fops, "force": force ? "1" : "0"])) == "200")
    }
    _ = state.advance(to: Timestamp(nanoseconds: 2 * Self.second), limit: 10)
    #expect(try code(1, state) == 0)
    let second = StatusReport(try job(2, state))
    #expect(second.code == (force ? .success : .failed))
    #expect(second.items[0].code == .success)
    #expect(second.items[1].error == (force ? nil : "file exists"))
    #expect(second.items[1].errorIndex == (force ? nil : 1))
  }

  /// In the dialect `current` a target that exists refuses nothing: its command has the old file for its result.
  @Test(arguments: [false, true])
  func anExistingTargetIsReturnedInCurrent(_ force: Bool) throws {
    var state = ServiceState(
      fixture: try Samples.fixture(
        "dialect: current\nbuckets: { media: { keys: [video.mp4, old], job: { processing: 2s } } }"))
    let fops = "a|" + Samples.saveas("media:old") + ";b|" + Samples.saveas("media:new")
    for _ in 0..<2 {
      #expect(try state.outcome(Samples.form(["fops": fops, "force": force ? "1" : nil])) == "200")
    }
    _ = state.advance(to: Timestamp(nanoseconds: 2 * Self.second), limit: 10)
    for (id, returned) in [(1, [1, 0]), (2, [1, 1])] as [(Int64, [Int])] {
      let report = StatusReport(try job(id, state))
      #expect(report.code == .success && report.items.map(\.key) == ["old", "new"])
      #expect(report.items.map(\.returnOld) == (force ? [0, 0] : returned))
    }
  }

  @Test func whatIsMissingHasItsOwnStatusInCurrent() throws {
    var state = ServiceState(
      fixture: try Samples.fixture("buckets: { media: {}, new: { dialect: current } }"))
    #expect(try state.outcome(Samples.form()) == "404 no such key")
    #expect(try state.outcome(Samples.form(["bucket": "new"])) == "612 no such key")
    #expect(try state.outcome(Samples.form(["bucket": "none"])) == "404 no such bucket")
    state = ServiceState(fixture: try Samples.fixture("dialect: current"))
    #expect(try state.outcome(Samples.form()) == "631 no such bucket")
  }

  @Test func aCommandThatFailsMakesNoTarget() throws {
    var state = try state(
      "{ media: { keys: [video.mp4], job: { result: failed, errorIndex: 0 } } }")
    let fops = "a|" + Samples.saveas("media:first") + ";b|" + Samples.saveas("media:second")
    #expect(try state.outcome(Samples.form(["fops": fops])) == "200")
    #expect(try state.outcome(Samples.form(["key": "first"])) == "404 no such key")
    #expect(try state.outcome(Samples.form(["key": "second"])) == "200")
  }

  @Test func whatIsDueHappensInOrderOfTimeThenID() throws {
    var state = try state(
      "{ slow: { keys: [k], job: { processing: 3s } }, fast: { keys: [k], job: { processing: 1s } } }")
    for bucket in ["slow", "fast", "slow", "fast"] {
      #expect(try state.outcome(Samples.form(["bucket": bucket, "key": "k"])) == "200")
    }
    #expect(state.nextDue == Timestamp(nanoseconds: Self.second))
    #expect(state.advance(to: Timestamp(nanoseconds: 5 * Self.second), limit: 3) == 3)
    #expect(state.advance(to: Timestamp(nanoseconds: 5 * Self.second), limit: 100) == 1)
    let orders = state.takeOrders(limit: 100).map(\.order)
    #expect(orders.map(\.id) == [2, 4, 1, 3])
    #expect(orders.map(\.at.nanoseconds) == [1, 1, 3, 3].map { $0 * Self.second })
    #expect(state.nextDue == nil)
  }

  @Test func aNotificationIsTriedAgainUntilItIsTaken() throws {
    var state = try state("{ media: { keys: [video.mp4] } }")
    #expect(try state.outcome(Samples.form()) == "200")
    let news = (state.takeNews(), state.takeNews())
    #expect(news == (true, false))
    var time: Int64 = 0
    for (attempt, wait) in [(1, 1), (2, 2), (3, 4)] as [(Int, Int64)] {
      let deliveries = begin(&state)
      #expect(deliveries.map(\.attempt) == [attempt] && deliveries[0].at.nanoseconds == time)
      end(deliveries[0], .answered(status: 500, content: [], remark: nil), in: &state, at: time)
      #expect(try code(1, state) == 0)
      time += wait * Self.second
      #expect(state.nextDue?.nanoseconds == time)
      #expect(state.advance(to: Timestamp(nanoseconds: time), limit: 10) == 1)
    }
    end(begin(&state)[0], accepted, in: &state, at: time)
    #expect(try job(1, state).state.delivery == .delivered)
    #expect(state.nextDue == nil && state.deliveryNumbers == 1..<5)
    #expect(state.delivery(4)?.outcome == accepted)
  }

  @Test func theLastFailureIsCode4AndARedeliveryMayStillSucceed() throws {
    var state = try state("{ media: { keys: [video.mp4] } }", tries: 1)
    #expect(try state.outcome(Samples.form()) == "200")
    end(begin(&state)[0], .failed("refused"), in: &state)
    #expect(try code(1, state) == 4)
    #expect(state.redeliver(1, wish: 7, at: Timestamp(nanoseconds: 9)) == true)
    #expect(state.redeliver(2, wish: 8, at: Timestamp(nanoseconds: 9)) == false)
    let again = begin(&state)
    #expect(again.map(\.attempt) == [0] && again[0].at.nanoseconds == 9)
    end(again[0], .failed("refused"), in: &state)
    #expect(try code(1, state) == 4)
    #expect(state.redeliver(1, wish: 9, at: Timestamp(nanoseconds: 9)) == true)
    end(begin(&state)[0], accepted, in: &state)
    #expect(try code(1, state) == 0)
  }

  @Test func aSuppressedNotificationIsNoFailure() throws {
    var state = try state("{ media: { keys: [video.mp4] } }")
    #expect(try state.outcome(Samples.form()) == "200")
    end(begin(&state)[0], .suppressed("a stranger"), in: &state)
    #expect(try code(1, state) == 0)
    #expect(try job(1, state).state.delivery == .suppressed)
    #expect(state.nextDue == nil)
  }

  @Test func aTesterLeadsAJob() throws {
    var state = try state("{ media: { keys: [video.mp4], job: { waiting: 1h, processing: 1h } } }")
    for _ in 0..<3 { #expect(try state.outcome(Samples.form(["fops": "a;b"])) == "200") }
    let now = Timestamp(nanoseconds: 5)
    #expect(state.steer(1, .step, at: now) == true)
    #expect(try code(1, state) == 2)
    #expect(state.steer(1, .step, at: now) == true)
    #expect(try code(1, state) == 0)
    #expect(state.steer(1, .step, at: now) == false)
    #expect(state.steer(2, .fail(error: "no", errorIndex: 1), at: now) == true)
    #expect(StatusReport(try job(2, state)).items.map(\.error) == [nil, "no"])
    #expect(state.steer(2, .finish, at: now) == false)
    #expect(state.steer(3, .finish, at: now) == true)
    #expect(state.steer(9, .finish, at: now) == nil)
    #expect(state.takeOrders(limit: 9).map(\.order.id) == [1, 2, 3])
    // The hours that were planned mean nothing any more.
    _ = state.advance(to: Timestamp(nanoseconds: 10_000 * Self.second), limit: 100)
    #expect(state.takeOrders(limit: 9).isEmpty)
  }

  @Test func jobsThatAreGoingOnAreNotTheFirstToLeave() throws {
    var state = try state("{ slow: { keys: [k], job: { processing: 1h } }, media: { keys: [video.mp4] } }", maxJobs: 3)
    #expect(try state.outcome(Samples.form(["bucket": "slow", "key": "k"])) == "200")
    for _ in 0..<4 {
      #expect(try state.outcome(Samples.form()) == "200")
      for delivery in begin(&state) { end(delivery, accepted, in: &state) }
    }
    #expect(state.jobIDs(in: state.issuedIDs) == [1, 4, 5])
    #expect(state.lookUp(2) == .left && state.lookUp(6) == .neverIssued)
  }

  @Test func whatIsUnderWayForAJobThatLeftEndsQuietly() throws {
    var state = try state("{ media: { keys: [video.mp4] } }", maxJobs: 1)
    #expect(try state.outcome(Samples.form()) == "200")
    let delivery = begin(&state)[0]
    #expect(try state.outcome(Samples.form()) == "200")
    #expect(state.lookUp(1) == .left)
    end(delivery, accepted, in: &state)
    #expect(try job(2, state).state.delivery == .underWay)
  }

  // MARK: - Reset

  @Test func jobsAreResetAndIDsGoOn() throws {
    var state = try state("{ media: { keys: [video.mp4], job: { processing: 1s } } }")
    #expect(try state.outcome(Samples.form()) == "200")
    state.reset(.jobs)
    #expect(state.lookUp(1) == .left && state.nextDue == nil && state.deliveryNumbers.isEmpty)
    #expect(try state.decide(Samples.form()) == .accepted(id: 2, rule: nil))
  }

  @Test func idsAreResetWithTheirJobsAndWhatWasUnderWayForThem() throws {
    var state = try state("{ media: { keys: [video.mp4] } }")
    #expect(try state.outcome(Samples.form()) == "200")
    let old = try #require(state.takeOrders(limit: 1).first)
    state.reset(.ids)
    #expect(state.lookUp(1) == .neverIssued)
    #expect(try state.decide(Samples.form()) == .accepted(id: 1, rule: nil))
    #expect(state.deliveryBegan(old.order) == nil)
    #expect(begin(&state).map(\.id) == [1])
  }

  @Test func partsAreResetAlone() throws {
    let fops = "a|" + Samples.saveas("media:x")
    let yaml = "{ media: { keys: [video.mp4], then: [{ status: 599 }, { accept: true }] } }"
    var state = try state(yaml)
    #expect(try state.outcome(Samples.form(["fops": fops])) == "599 server operation failed")
    #expect(try state.outcome(Samples.form(["fops": fops])) == "200")
    state.reset(.rules)
    #expect(try state.outcome(Samples.form(["fops": fops])) == "599 server operation failed")
    #expect(try state.outcome(Samples.form(["fops": fops])) == "614 file exists")
    state.reset(.resources)
    #expect(try state.outcome(Samples.form(["fops": fops])) == "200")
    #expect(state.jobIDs(in: state.issuedIDs) == [1, 2])
    _ = state.advance(to: Timestamp(nanoseconds: 9), limit: 1)
    state.clock.advance(to: Timestamp(nanoseconds: 9))
    state.reset(.clock)
    #expect(state.clock.now(0).nanoseconds == 0)
  }

  @Test func aBucketIsResetAlone() throws {
    let yaml = """
      { a: { keys: [k], then: [{ status: 599 }, { accept: true }] },
        b: { keys: [k], then: [{ status: 599 }, { accept: true }] } }
      """
    var state = try state(yaml)
    func form(_ bucket: String) -> String {
      Samples.form(["bucket": bucket, "key": "k", "fops": "x|" + Samples.saveas("\(bucket):made")])
    }
    for bucket in ["a", "b"] {
      #expect(try state.outcome(form(bucket)) == "599 server operation failed")
      #expect(try state.outcome(form(bucket)) == "200")
    }
    for delivery in begin(&state) { end(delivery, accepted, in: &state) }
    for part in ServiceState.Part.allCases { state.reset(part, ofBucket: "a") }
    #expect(state.lookUp(1) == .left && state.lookUp(2).job != nil)
    #expect(state.delivery(1) == nil && state.delivery(2) != nil)
    #expect(try state.outcome(form("a")) == "599 server operation failed")
    #expect(try state.outcome(form("a")) == "200")
    #expect(try state.outcome(form("b")) == "614 file exists")
  }
}

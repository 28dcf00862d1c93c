import ByteText
import Testing

@testable import PfopEngine

/// What a service does when its stores have no room.
struct ServiceStateMemoryTests {
  private static let second: Int64 = 1_000_000_000

  private func state(_ yaml: String = buckets) throws -> ServiceState {
    let memory = MemoryBudget(octets: MemoryBudget.allowed.lowerBound)
    return ServiceState(fixture: try Samples.fixture(yaml), settings: .init(memory: memory))
  }

  private static let buckets =
    "dialect: current\nbuckets: { media: { keys: ['*'] }, slow: { keys: ['*'], job: { waiting: 1h } } }"
  private static let longKey = String(repeating: "k", count: 1 << 20)

  /// A request for a job of so many octets that tells nobody.
  private func form(_ bucket: String = "media", key: String = longKey) -> String {
    Samples.form(["bucket": bucket, "key": key, "notifyURL": nil])
  }

  private func refusal(_ form: String, _ state: inout ServiceState) throws -> Refusal? {
    if case .refused(let refusal) = try state.decide(form) { refusal } else { nil }
  }

  @Test func theOldestFinishedJobsLeaveForNewOnes() throws {
    var state = try state()
    for _ in 0..<20 { #expect(try refusal(form(), &state) == nil) }
    let holding = try #require(state.holding(.jobs))
    #expect(holding.octets <= 8 << 20 && holding.evictedCount == 13)
    #expect(state.jobIDs(in: state.issuedIDs) == Array(14...20))
    #expect(state.lookUp(13) == .left)
  }

  @Test func whereNoJobHasFinishedTheNextOneIsRefusedAndNothingIsLeftOfIt() throws {
    var state = try state()
    let form = Samples.form(["bucket": "slow", "key": Self.longKey])
    for _ in 0..<7 { #expect(try refusal(form, &state) == nil) }
    let refusal = try #require(try refusal(form, &state))
    #expect(refusal.status == 503 && refusal.error == "no room for another job" && refusal.check == .memory)
    let taken = try #require(state.holding(.jobs)).octets
    #expect(
      refusal.explanation == "jobs take \(taken) of 8388608 octets, half of --max-memory 16777216, and too few have "
        + "finished; finish or reset jobs, or raise --max-memory")
    #expect(state.nextID == 8 && state.issuedIDs == 1..<8 && state.jobCount(in: .waiting) == 7)
    // What asks for less is still taken.
    #expect(try self.refusal(self.form("slow", key: "k"), &state) == nil)
    // A job that has finished is kept until its notification has come to an end.
    #expect(state.steer(2, .finish, at: Timestamp(nanoseconds: 0)) == true)
    let order = try #require(state.takeOrders(limit: 1).first?.order)
    #expect(try self.refusal(form, &state)?.status == 503)
    state.deliverySkipped(order, Delivery.Ending(.suppressed("no")), at: Timestamp(nanoseconds: 0))
    #expect(try self.refusal(form, &state) == nil)
    #expect(state.lookUp(2) == .left && state.nextID == 10)
    state.reset(.jobs)
    let holding = try #require(state.holding(.jobs))
    #expect(holding.octets < 1000 && holding.evictedCount == 1)
  }

  @Test func aRehearsalTellsTheSameAndLetsNoJobLeave() throws {
    var state = try state()
    let form = form()
    for _ in 0..<7 { _ = try state.decide(form) }
    let rehearsed = state.rehearse(luckily: true) { try? $0.decide(form) }
    #expect(rehearsed.result == .accepted(id: 8, rule: nil))
    #expect(state.lookUp(1).job != nil)
    var full = try self.state()
    let slow = Samples.form(["bucket": "slow", "key": Self.longKey])
    for _ in 0..<7 { _ = try full.decide(slow) }
    let refused = full.rehearse(luckily: true) { try? $0.decide(slow) }
    #expect(refused.result == .refused(full.jobsFull))
  }

  @Test func anUploadWhoseJobHasNoRoomStoresNothing() throws {
    var state = try state()
    for _ in 0..<7 { _ = try state.decide(Samples.form(["bucket": "slow", "key": Self.longKey])) }
    let fops = String(repeating: "a;", count: 1 << 19) + "a"
    let sample = UploadSample().with("\"persistentOps\":\"\(fops)\"")
    let outcome = try sample.read { upload in
      "reqid".withBytes { reqid in
        "ak".withBytes { state.upload(upload, reqid: reqid, accessKey: $0, at: Timestamp(nanoseconds: 0)) }
      }
    }
    #expect(outcome == .refused(state.jobsFull))
    #expect(state.files.isEmpty && !"media:a.mp4".withBytes { state.created.contains($0) } && state.nextID == 8)
  }

  @Test func whatWouldBeHeldIsRefusedWhileNoMoreCanBe() throws {
    var state = try state(
      """
      buckets: { media: { keys: ['*'] } }
      rules:
        - { when: { key: late }, then: { delay: 1s, accept: true } }
        - { when: { key: early }, then: { fault: earlyNotification } }
        - { when: { key: refused }, then: { delay: 1s, status: 599 } }
      """)
    state.isHoldingFull = true
    for key in ["late", "early"] {
      let scripted = try state.script(Samples.form(["key": key]))
      #expect(scripted.decision == .refused(state.holdingFull) && scripted.script == nil, "\(key)")
    }
    #expect(state.holdingFull.status == 503 && state.holdingFull.error == "no room for another held response")
    #expect(
      state.holdingFull.explanation == "held responses take all of 524288 octets, a 32nd of --max-memory 16777216; "
        + "advance the clock, or raise --max-memory")
    #expect(state.nextID == 1 && state.jobCount(in: .finished) == 0)
    #expect(try state.outcome(Samples.form()) == "200")
    state.isHoldingFull = false
    #expect(try state.outcome(Samples.form(["key": "early"])) == "200")
  }

  @Test func rulesForgetTheNamesThatTakeMost() throws {
    var state = try state(
      """
      buckets: { media: { keys: ['*'] } }
      rules:
        - { when: { pipeline: long }, countBy: key, then: [{ status: 571, times: 2 }, { accept: true }] }
        - { when: { pipeline: short }, countBy: key, then: [{ status: 572, times: 2 }, { accept: true }] }
      """)
    func outcome(_ pipeline: String, _ key: String) throws -> String {
      try state.outcome(Samples.form(["pipeline": pipeline, "key": key]))
    }
    #expect(try outcome("short", "a").hasPrefix("572"))
    for number in 0..<200 {
      #expect(try outcome("long", "\(number)" + String(repeating: "k", count: 20_000)).hasPrefix("571"))
      let holding = try #require(state.holding(.stepCounts))
      #expect(holding.octets <= 512 << 10 && holding.octets == state.rules.scripts.reduce(0) { $0 + $1.heldOctets })
    }
    #expect(try #require(state.holding(.stepCounts)).evictedCount > 150)
    #expect(try outcome("long", "199" + String(repeating: "k", count: 20_000)).hasPrefix("571"))
    #expect(try outcome("long", "199" + String(repeating: "k", count: 20_000)) == "200")
    #expect(try outcome("long", "0" + String(repeating: "k", count: 20_000)).hasPrefix("571"))
    // Another rule's are its own.
    #expect(try outcome("short", "a").hasPrefix("572"))
    #expect(try outcome("short", "a") == "200")
    let count = state.holding(.stepCounts)?.evictedCount
    state.reset(.rules, ofBucket: "media")
    state.reset(.rules)
    #expect(state.holding(.stepCounts) == .init(octets: 0, evictedCount: count ?? 0))
    try #expect(state.outcome(Samples.form(["pipeline": "short", "key": "a"])).hasPrefix("572"))
    let id = state.rules.scripts[0].id
    #expect(state.removeRule(id) && state.removeRule(id + 1))
    #expect(state.holding(.stepCounts)?.octets == 0)
  }

  @Test func aStateThatIsTakenOverKeepsToTheBudget() throws {
    var old = ServiceState(
      fixture: try Samples.fixture(Self.buckets))
    for number in 0..<30 { _ = try old.decide(form(number < 3 ? "slow" : "media")) }
    for number in 0..<100 {
      String(repeating: "c", count: 100_000 + number).withBytes { old.created.insert($0) }
      let ending = Delivery.Ending(.failed(String(repeating: "f", count: 100_000)))
      _ = old.deliveries.append(of: 1, attempt: 1, at: Timestamp(nanoseconds: 0), ending)
    }
    var snapshot = ServiceSnapshot()
    let copy = old.copy(0)
    snapshot.fixture = copy.fixture
    snapshot.nextID = copy.nextID
    snapshot.jobs = copy.jobIDs(from: 0).compactMap { copy.job($0) }
    snapshot.created = (0..<ServiceCopy.createdParts).flatMap { part in
      (0..<copy.createdCount(part)).map { copy.created(part, $0) }
    }
    snapshot.deliveries = copy.deliveryNumbers.compactMap { copy.delivery($0) }
    snapshot.nextDelivery = copy.nextDelivery
    #expect(snapshot.jobs.count == 30 && snapshot.created.count == 100 && snapshot.deliveries.count == 100)
    let memory = MemoryBudget(octets: MemoryBudget.allowed.lowerBound)
    var service = ServiceState(
      snapshot, settings: .init(memory: memory), clock: ServiceClock(.manual, wall: 0, monotonic: 0), monotonic: 0)
    for holder in MemoryBudget.Holder.allCases {
      guard let holding = service.holding(holder) else { continue }
      #expect(holding.octets <= memory.share(of: holder) + 300_000, "\(holder)")
    }
    #expect(service.jobIDs(in: service.issuedIDs) == [1, 2, 3] + Array(27...30))
    #expect(service.holding(.jobs)?.evictedCount == 23)
    #expect(service.deliveryNumbers.filter { service.delivery($0) != nil } == Array(81...100))
    service.takePlace(of: service)
    #expect(service.holding(.jobs)?.evictedCount == 46)
  }

  /// Places in the log are few, and a slow receiver's takes longer than those.
  @Test func aJobSettlesThoughItsDeliveryHasLeftTheLog() throws {
    let fixture = try Samples.fixture("buckets: { media: { keys: ['*'] } }")
    var state = ServiceState(fixture: fixture, settings: .init(maxJobs: 2))
    for _ in 0..<2 { _ = try state.decide(Samples.form()) }
    let orders = state.takeOrders(limit: 10).map(\.order)
    var slow = try #require(state.deliveryBegan(orders[0])?.delivery)
    for _ in 0..<2 {
      let isOrdered = state.redeliver(slow.number, wish: 7, at: Timestamp(nanoseconds: 0))
      #expect(isOrdered)
      let order = try #require(state.takeOrders(limit: 1).first?.order)
      var other = try #require(state.deliveryBegan(order)?.delivery)
      other.outcome = .failed("e")
      state.deliveryEnded(other, at: Timestamp(nanoseconds: 0))
    }
    #expect(state.delivery(slow.number) == nil)
    slow.outcome = .answered(status: 200, content: [], remark: nil)
    state.deliveryEnded(slow, at: Timestamp(nanoseconds: 0))
    #expect(state.state(of: 1)?.delivery == .delivered && state.state(of: 1)?.isSettled == true)
  }
}

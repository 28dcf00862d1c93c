import ByteText
import HTTPServer
import PfopEngine
import QiniuAuth
import Guarded
import Synchronization

/// What the loops of one server share: the service and the journal, under one lock that a request takes once.
final class MockCore: Sendable {
  struct State: ~Copyable, Sendable {
    var service: ServiceState
    var journal: Journal
    var tally = RequestTally()
  }

  let configuration: Configuration
  /// What is drawn by chance depends on it, unless a state with another one is restored.
  let seed: UInt64
  let log: RequestLog
  /// Where answers that come later are handed in.
  let desk: AnswerDesk
  /// Answers that wait for the service's clock or for a notification.
  let held: HeldAnswers
  /// Where the loop backstage is told what to do.
  let backstage: BackstageDoor
  /// The certificate that clients have to trust for `https://`, in PEM; nil if none of ours is shown.
  let authorityPEM: [UInt8]?
  /// Those who listen to what happens.
  let events = EventHub()
  /// Nanoseconds of the monotonic clock.
  let startTime = SystemClock.monotonic
  let state: Guarded<State>
  private let sharedAdmission: Guarded<Admission>
  private let currentAdmissionVersion = Atomic(0)
  private let stopping = Atomic(false)

  init(
    configuration: Configuration, fixture: Fixture, log: RequestLog, desk: AnswerDesk, backstage: BackstageDoor,
    authorityPEM: [UInt8]? = nil, snapshot: ServiceSnapshot? = nil
  ) {
    self.configuration = configuration
    self.log = log
    self.desk = desk
    held = HeldAnswers(desk: desk)
    self.backstage = backstage
    self.authorityPEM = authorityPEM
    let seed = snapshot?.seed ?? configuration.seed ?? UInt64.random(in: 0...UInt64(UInt32.max))
    self.seed = seed
    let settings = configuration.serviceSettings(seed: seed)
    let clock = configuration.serviceClock
    let service =
      snapshot.map { ServiceState($0, settings: settings, clock: clock, monotonic: SystemClock.monotonic) }
      ?? ServiceState(fixture: fixture, settings: settings, clock: clock)
    sharedAdmission = Guarded(Admission(service, version: 0))
    state = Guarded(State(service: service, journal: Journal(capacity: configuration.journalCapacity)))
  }

  // MARK: - Requests

  /// Decides a request and writes it into the journal.
  /// - Parameter isScreened: rules may have a say on it before anything else has.
  func settle(
    _ exchange: inout Exchange, isScreened: Bool, by decide: (inout Exchange, inout ServiceState) -> Resolution
  ) -> Resolution {
    var isHeard = false
    let resolution = state.withLock { state in
      let resolution =
        isScreened
        ? state.service.settle(&exchange, by: decide) : decide(&exchange, &state.service)
      state.journal.append(exchange, resolution)
      state.tally.count(exchange.endpoint, resolution.decidedBy, status: resolution.answer.status.code)
      state.service.happenings.note(.request(state.journal.next - 1))
      exchange.hasNews = state.service.takeNews()
      isHeard = state.service.happenings.takeNew()
      return resolution
    }
    if isHeard { events.wake(self) }
    if log.shows(status: resolution.answer.status.code) { log.wake(self) }
    return resolution
  }

  /// Writes down what was answered without ever becoming a request.
  func note(_ answer: Answer, by check: Resolution.DecidedBy, of request: IncompleteRequest, reqid: ByteView) {
    let isHeard = state.withLock { state in
      state.journal.append(request, refusedAs: answer, by: check, reqid: reqid)
      state.tally.count("none", check, status: answer.status.code)
      state.service.happenings.note(.request(state.journal.next - 1))
      return state.service.happenings.takeNew()
    }
    if isHeard { events.wake(self) }
    if log.shows(status: answer.status.code) { log.wake(self) }
  }

  /// Runs `body` with the service while nobody else has it: not for long, since every request waits meanwhile.
  func withService<Result>(_ body: (inout ServiceState) -> Result) -> Result {
    var isHeard = false
    let result = state.withLock { state in
      defer { isHeard = state.service.happenings.takeNew() }
      return body(&state.service)
    }
    if isHeard { events.wake(self) }
    return result
  }

  /// What Date fields show, in seconds since 1970-01-01T00:00:00Z: the service's time where a run is to be had again.
  func dateSeconds(_ moment: (wall: Int64, monotonic: Int64)) -> Int64 {
    let nanoseconds =
      configuration.seed == nil ? moment.wall : withService { $0.clock.now(moment.monotonic) }.nanoseconds
    return nanoseconds / 1_000_000_000
  }

  // MARK: - Journal

  /// Forgets all requests, or those to one bucket.
  func clearJournal(ofBucket bucket: String?) { state.withLock { $0.journal.clear(ofBucket: bucket) } }

  /// Entries from `number` on, at most `limit` of them, oldest first.
  /// - Parameter selects: told each entry's status.
  /// - Returns: the entries, and the number to go on with.
  func entries(
    from number: UInt64, limit: Int, where selects: (Int) -> Bool
  ) -> (entries: [JournalEntry], next: UInt64) {
    state.withLock { $0.journal.entries(from: number, limit: limit, where: selects) }
  }

  // MARK: - Fixture

  /// By the fixture in force.
  var admission: Admission { sharedAdmission.withLock { $0 } }

  /// Changes whenever `admission` has changed; costs one load.
  var admissionVersion: Int { currentAdmissionVersion.load(ordering: .acquiring) }

  /// Like `withService`, for what may change the fixture: when it returns, whatever comes next is looked at by it.
  func changeFixture<Result>(_ body: (inout ServiceState) -> Result) -> Result {
    state.withLock { state in
      let era = state.service.admissionEra
      defer {
        if state.service.admissionEra != era { follow(state.service) }
      }
      return body(&state.service)
    }
  }

  /// Goes on from a state that was written down. What is under way for the one before it is for nobody.
  /// - Parameter snapshot: one that has been found sound.
  func restore(_ snapshot: ServiceSnapshot) {
    let settings = configuration.serviceSettings(seed: snapshot.seed)
    let clock = withService { $0.clock }
    var service = ServiceState(snapshot, settings: settings, clock: clock, monotonic: SystemClock.monotonic)
    changeFixture { current in
      service.takePlace(of: current)
      swap(&current, &service)
    }
    // What was there before is freed only here, where nobody waits for it.
    backstage.post(.forgetRedeliveries)
  }

  /// Called while the service is locked, so that the last change is the one that stays.
  private func follow(_ service: borrowing ServiceState) {
    let version = sharedAdmission.withLock { admission in
      admission = Admission(service, version: admission.version + 1)
      return admission.version
    }
    currentAdmissionVersion.store(version, ordering: .releasing)
  }

  // MARK: - Life

  var isStopping: Bool { stopping.load(ordering: .relaxed) }

  func stop() {
    stopping.store(true, ordering: .relaxed)
    events.finish(self)
    // Those who wait are told.
    backstage.knock()
  }
}

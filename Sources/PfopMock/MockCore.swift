import ByteText
import Dispatch
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
    var tally = OutcomeTally()

    /// Lets the journal know which rules the trials of the next entry are about.
    mutating func followRules() {
      let revision = service.ruleRevision
      if journal.outlinedRevision != revision { journal.follow(revision, service.ruleOutline) }
    }
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
  let events: EventHub
  /// Where pieces of long answers are made, one at a time: all of them get their turns, and calls that are short do not wait
  /// for them.
  let contentQueue = DispatchQueue(label: "pfop-mock.content")
  /// Nanoseconds of the monotonic clock.
  let startTime = SystemClock.monotonic
  /// How far each loop's answers have left.
  let marks: [RoundMark]
  /// Those backstage who want to hear of the journal.
  let audience = JournalAudience()
  private let file: JournalFile?
  /// What nobody is told, wherever a client has put it.
  let secrets: Guarded<SecretMask>
  let state: Guarded<State>
  private let sharedAdmission: Guarded<Admission>
  private let currentAdmissionVersion = Atomic(0)
  private let stopping = Atomic(false)

  init(
    configuration: Configuration, fixture: Fixture, log: RequestLog, desk: AnswerDesk, backstage: BackstageDoor,
    authorityPEM: [UInt8]? = nil, file: JournalFile? = nil, snapshot: ServiceSnapshot? = nil
  ) throws(AuthorizationFault) {
    self.configuration = configuration
    self.log = log
    secrets = log.secrets
    self.desk = desk
    let memory = configuration.memory
    held = HeldAnswers(desk: desk, share: memory.share(of: .heldResponses))
    events = EventHub(share: memory.share(of: .events) / 2)
    self.backstage = backstage
    self.authorityPEM = authorityPEM
    self.file = file
    marks = (0..<desk.loopCount).map { _ in RoundMark() }
    let seed = snapshot?.seed ?? configuration.seed ?? UInt64.random(in: 0...UInt64(UInt32.max))
    self.seed = seed
    let settings = configuration.serviceSettings(seed: seed)
    let clock = configuration.serviceClock
    let service =
      snapshot.map { ServiceState($0, settings: settings, clock: clock, monotonic: SystemClock.monotonic) }
      ?? ServiceState(fixture: fixture, settings: settings, clock: clock)
    sharedAdmission = Guarded(try Admission(service))
    let journal = Journal(
      capacity: configuration.journalCapacity, share: memory.share(of: .journal), marks: marks)
    let accounts = service.accounts
    state = Guarded(State(service: service, journal: journal))
    noteSecrets(of: accounts)
  }

  // MARK: - Requests

  /// Decides a request, has its answer written and puts both into the journal: all of it under one lock, so that whoever
  /// finds the entry finds it whole.
  /// - Parameters:
  ///   - isScreened: rules may have a say on it before anything else has.
  ///   - write: the octets of the answer, valid until something else is written; nil if it leaves in another way than
  ///     with its round.
  /// - Returns: an answer that does not leave as it is, and how it does; nil for the usual ones.
  func settle(
    _ exchange: inout Exchange, _ round: inout AnswerRound, isScreened: Bool,
    by decide: (inout Exchange, inout ServiceState) -> Resolution, write: (borrowing Resolution) -> ByteView?
  ) -> (answer: Answer, script: AnswerScript)? {
    exchange.isScreened = isScreened
    var isHeard = false
    var status = 0
    var scripted: (answer: Answer, script: AnswerScript)?
    state.withLock { state in
      round.settle(&state.journal)
      state.service.isHoldingFull = held.isFull
      state.service.prepare(&exchange, counts: isScreened)
      let resolution = isScreened ? state.service.settle(&exchange, by: decide) : decide(&exchange, &state.service)
      status = resolution.answer.status.code
      if let script = resolution.script { scripted = (resolution.answer, script) }
      let answer = write(resolution)
      state.followRules()
      exchange.number = state.journal.append(
        exchange, resolution, answer: answer, trials: state.service.trials, loop: round.loop)
      if answer != nil { round.leaves(exchange.request.ticket.request, exchange.number) }
      state.tally.count(exchange.call, resolution.decidedBy, status: status)
      state.service.happenings.note(.request(exchange.number))
      exchange.hasNews = state.service.takeNews() || audience.isListening
      isHeard = state.service.happenings.takeNew()
    }
    if isHeard { events.wake(self) }
    if log.shows(status: status) { log.wake(self) }
    return scripted
  }

  /// Writes down what was answered without ever becoming a request.
  /// - Parameters:
  ///   - octets: of the answer; nil if it leaves in another way than with its round.
  ///   - trials: rules that had their say on it.
  /// - Returns: the entry's number.
  func note(
    _ answer: Answer, by check: Resolution.DecidedBy, of request: IncompleteRequest, reqid: ByteView,
    octets: ByteView?, trials: RuleTrials = RuleTrials(), _ round: inout AnswerRound
  ) -> UInt64 {
    let (number, isHeard) = state.withLock { state in
      round.settle(&state.journal)
      state.followRules()
      let number = state.journal.append(
        request, answer, by: check, reqid: reqid, octets: octets, trials: trials, loop: round.loop)
      state.tally.count(.none, check, status: answer.status.code)
      state.service.happenings.note(.request(number))
      return (number, state.service.happenings.takeNew())
    }
    if octets != nil { round.leaves(request.ticket.request, number) }
    if isHeard { events.wake(self) }
    if log.shows(status: answer.status.code) { log.wake(self) }
    return number
  }

  /// Runs `body` with the service while nobody else has it: not for long, since every request waits meanwhile. Requests go
  /// first, so that what is done bit by bit does not keep them waiting for all of it.
  func withService<Result>(_ body: (inout ServiceState) -> Result) -> Result {
    state.letOthersGoFirst()
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

  /// Runs `body` with the journal while nobody else has it, as `withService` does with the service.
  func withJournal<Result>(_ body: (inout Journal) -> Result) -> Result {
    state.letOthersGoFirst()
    return state.withLock { body(&$0.journal) }
  }

  /// There is something new in the journal that the file has to hold.
  func wakeJournalFile() { file?.wake(self) }

  /// Begins the journal's file anew: somebody has moved it away.
  func reopenJournalFile() { file?.reopen(self) }

  /// Writes to the file what is still to be written.
  func finishJournalFile() { file?.finish(self) }

  /// What is ever said of a request holds none of these, even when they are in force no longer.
  private func noteSecrets(of accounts: [Account]) {
    secrets.withLock { $0.add(secretsOf: accounts) }
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
    switch service.accountChange {
    case .put(let account): noteSecrets(of: [account])
    case .removed: break
    case .all: noteSecrets(of: service.accounts)
    }
    let version = sharedAdmission.withLock { admission in
      do throws(AuthorizationFault) {
        try admission.follow(service)
      } catch {
        log.warn("the accounts cannot be used as they are now, until the next change: \(error)")
      }
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

import ByteText
import HTTPServer
import PfopEngine
import QiniuAuth
import Guarded
import Synchronization

/// What the loops of one server share: the service and the journal, under one lock that a request takes once.
final class MockCore: Sendable {
  struct Accounts: Sendable {
    var credentials: [Credential]
    /// Differs after every change.
    var version: Int
  }

  private struct State: ~Copyable, Sendable {
    var service: ServiceState
    var journal: Journal
  }

  let configuration: Configuration
  let log: RequestLog
  /// Where answers that come later are handed in.
  let desk: AnswerDesk
  /// Where the loop backstage is told what to do.
  let backstage: BackstageDoor
  /// The certificate that clients have to trust for `https://`, in PEM; nil if none of ours is shown.
  let authorityPEM: [UInt8]?
  private let state: Guarded<State>
  private let sharedAccounts: Guarded<Accounts>
  private let currentAccountsVersion = Atomic(0)
  private let stopping = Atomic(false)

  init(
    configuration: Configuration, fixture: Fixture, log: RequestLog, desk: AnswerDesk, backstage: BackstageDoor,
    authorityPEM: [UInt8]? = nil
  ) {
    self.configuration = configuration
    self.log = log
    self.desk = desk
    self.backstage = backstage
    self.authorityPEM = authorityPEM
    let settings = ServiceState.Settings(
      idStart: configuration.idStart, maxJobs: configuration.maxJobs, notification: configuration.notificationPolicy)
    state = Guarded(
      State(
        service: ServiceState(fixture: fixture, settings: settings, clock: configuration.serviceClock),
        journal: Journal(capacity: configuration.journalCapacity)))
    sharedAccounts = Guarded(Accounts(credentials: MockCore.credentials(of: fixture), version: 0))
  }

  // MARK: - Requests

  /// Decides a request and writes it into the journal.
  func settle(_ exchange: inout Exchange, by decide: (inout Exchange, inout ServiceState) -> Resolution) -> Resolution {
    let resolution = state.withLock { state in
      let resolution = decide(&exchange, &state.service)
      state.journal.append(exchange, resolution)
      exchange.hasNews = state.service.takeNews()
      return resolution
    }
    if log.shows(status: resolution.answer.status.code) { log.wake(self) }
    return resolution
  }

  /// Writes down what was answered without ever becoming a request.
  func note(_ answer: Answer, by check: StaticString, of request: IncompleteRequest, reqid: ByteView) {
    state.withLock { $0.journal.append(request, refusedAs: answer, by: check, reqid: reqid) }
    if log.shows(status: answer.status.code) { log.wake(self) }
  }

  /// Runs `body` with the service while nobody else has it: not for long, since every request waits meanwhile.
  func withService<Result>(_ body: (inout ServiceState) -> Result) -> Result {
    state.withLock { body(&$0.service) }
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

  /// Of the fixture in force.
  var dialect: Dialect { state.withLock { $0.service.dialect } }

  var accounts: Accounts { sharedAccounts.withLock { $0 } }

  /// Changes whenever `accounts` has changed; costs one load.
  var accountsVersion: Int { currentAccountsVersion.load(ordering: .acquiring) }

  func replaceFixture(_ fixture: Fixture) {
    state.withLock { $0.service.replaceFixture(fixture) }
    let version = sharedAccounts.withLock { accounts in
      accounts = Accounts(credentials: MockCore.credentials(of: fixture), version: accounts.version + 1)
      return accounts.version
    }
    currentAccountsVersion.store(version, ordering: .releasing)
  }

  private static func credentials(of fixture: Fixture) -> [Credential] {
    fixture.accounts.map { Credential(accessKey: $0.accessKey, secretKey: $0.secretKey) }
  }

  // MARK: - Life

  var isStopping: Bool { stopping.load(ordering: .relaxed) }

  func stop() {
    stopping.store(true, ordering: .relaxed)
    // Those who wait are told.
    backstage.knock()
  }
}

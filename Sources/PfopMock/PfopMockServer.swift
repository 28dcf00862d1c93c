import CLinux
import Files
import Foundation
import HTTPServer
import Logging
import PfopEngine

/// A running mock of `api.qiniu.com`.
///
/// ```swift
/// let server = try PfopMockServer.start()
/// // … point an SDK at server.url …
/// server.stop()
/// ```
public final class PfopMockServer: Sendable {
  package static let version = "0.1.0"

  /// The commit it was built from, such as `1a2b3c4d5e6f`, with `-dirty` behind it if there were changes; nil if the build
  /// was not told, as a plain `swift build` is not.
  package static let commit: String? = {
    let text = String(cString: CLinux_commit())
    return text.isEmpty ? nil : text
  }()

  let core: MockCore
  private let http: HTTPServer
  private let backstage: ClientLoop
  private let stateFile: StateFile?

  /// Loads the fixtures, binds and listens. Connections are accepted when it returns.
  /// - Parameters:
  ///   - configuration: how it is to be set up.
  ///   - logger: takes one line a request and the server's own messages.
  /// - Throws: `StartFailure` with everything that has to be put right.
  public static func start(
    _ configuration: Configuration = Configuration(), logger: Logger = Logger(label: "pfop-mock")
  ) throws(StartFailure) -> PfopMockServer {
    try PfopMockServer(configuration, logger)
  }

  private init(_ configuration: Configuration, _ logger: Logger) throws(StartFailure) {
    _ = try configuration.readPublicURL()
    try configuration.checkRanges()
    let loops = try configuration.readLoops(processors: PfopMockServer.processorCount)
    let (fixture, remarks) = try configuration.fixtureSource.loadAndAudit()
    let (stateFile, snapshot) = try PfopMockServer.openState(configuration.stateFile, fixture)
    let certificate = try configuration.tls.map { settings throws(StartFailure) in try ServerCertificate(settings) }
    let log = RequestLog(logger: logger, showsAccepted: configuration.logsAcceptedRequests)
    let file = try configuration.journalFile.map { path throws(StartFailure) in
      try JournalFile(path, logger: logger)
    }
    let core: MockCore
    do {
      let desk = try AnswerDesk(loops: loops)
      let door = try BackstageDoor()
      core = try MockCore(
        configuration: configuration, fixture: fixture, log: log, desk: desk, backstage: door,
        authorityPEM: certificate?.authorityPEM, file: file, snapshot: snapshot)
      backstage = try PfopMockServer.startBackstage(core)
      let address = try SocketAddress(host: configuration.host, port: configuration.port)
      var tls: TLSListening?
      if let settings = configuration.tls, let certificate {
        tls = TLSListening(
          address: try SocketAddress(host: configuration.host, port: settings.port), context: certificate.context)
      }
      let side = try configuration.adminPort.map { try SocketAddress(host: configuration.host, port: $0) }
      http = try HTTPServer(
        address: address, tls: tls, side: side, desk: desk, limits: configuration.limits
      ) { loop, addresses in
        try MockHandler(core: core, loop: loop, addresses: addresses)
      }
    } catch {
      throw StartFailure(problems: ["\(error)"])
    }
    self.core = core
    if let remark = certificate?.remark { log.warn(remark) }
    log.show(remarks: remarks)
    self.stateFile = stateFile
  }

  /// - Returns: no snapshot if there is no such file yet.
  private static func openState(
    _ path: String?, _ fixture: Fixture
  ) throws(StartFailure) -> (file: StateFile?, snapshot: ServiceSnapshot?) {
    guard let path else { return (nil, nil) }
    do {
      let file = try StateFile(path)
      let snapshot = try file.read()?.withUnsafeBytes { try StateReader.read($0, accounts: fixture.accounts) }
      return (file, snapshot)
    } catch let problem as SnapshotProblem {
      throw StartFailure(problems: [FixtureProblem(problem, file: path).description])
    } catch {
      throw StartFailure(problems: ["\(error)"])
    }
  }

  private static func startBackstage(_ core: MockCore) throws -> ClientLoop {
    let configuration = core.configuration
    let settings = Notifier.Settings(
      allowed: try AddressGuard(configuration.notifyAllowed), signing: configuration.notifySigning,
      concurrency: configuration.notifyConcurrency, concurrencyInAll: configuration.notifyConcurrencyInAll)
    let trust = try TLSTrust(
      own: configuration.notifyCAFile.map { file in
        (pem: try InputFile.read(file, limit: ServerCertificate.fileLimit), file: file)
      })
    return try ClientLoop(limits: configuration.clientLimits, trust: trust, waker: core.backstage.waker) { driver in
      let resolver = AddressResolver(configuration.resolve)
      let notifier = Notifier(core: core, driver: driver, settings: settings, resolver: resolver)
      return Backstage(core: core, driver: driver, notifier: notifier)
    }
  }

  /// What is drawn by chance depends on it; a server that is started with it draws the same.
  public var seed: UInt64 { core.seed }

  /// The port it listens on.
  public var port: UInt16 { http.address.port }

  /// Where clients on this machine reach it, such as `http://127.0.0.1:8599`.
  public var url: String { http.addresses.url }

  /// Where clients on this machine reach it over TLS, such as `https://127.0.0.1:8600`; nil if it does not speak that.
  public var tlsURL: String? { http.addresses.tlsURL }

  /// Where admin calls are answered, such as `http://127.0.0.1:8599/__admin/`.
  public var adminURL: String { "\(http.addresses.sideURL ?? url)\(AdminRoutes.prefix)" }

  /// The port that is for admin calls alone; nil if there is none.
  package var adminPort: UInt16? { http.addresses.side?.port }

  /// The port it listens on for TLS; nil if it does not speak that.
  package var tlsPort: UInt16? { http.addresses.tls?.port }

  /// Loads the fixtures again, from regular files only. Rules begin anew, and what was changed at run time is gone; jobs
  /// and ids stay.
  /// - Throws: `StartFailure`; the old fixtures stay in force then.
  public func reload() throws(StartFailure) {
    // What has come through a pipe is gone.
    let (fixture, remarks) = try core.configuration.fixtureSource.loadAndAudit(kinds: .regular)
    var prepared = PreparedFixture(fixture, core.withService { $0.settings })
    core.changeFixture { $0.replaceFixture(&prepared) }
    core.log.show(remarks: remarks)
  }

  /// Stops accepting, lets requests under way finish, and returns when everything has ended.
  /// - Parameter grace: what is left after that long is cut off.
  public func stop(grace: Duration = .seconds(5)) {
    do throws(StartFailure) {
      try stopAndSave(grace: grace)
    } catch {
      for problem in error.problems { core.log.warn("the state is not saved: \(problem)") }
    }
  }

  /// The same, and saves the state if it is to be kept in a file.
  /// - Throws: `StartFailure` if the state could not be saved; everything has ended all the same.
  package func stopAndSave(grace: Duration) throws(StartFailure) {
    core.stop()
    let (seconds, attoseconds) = grace.components
    http.stop(graceMilliseconds: Int(clamping: seconds) &* 1000 + Int(attoseconds / 1_000_000_000_000_000))
    backstage.stop()
    core.backstage.close()
    core.log.finish(core)
    core.finishJournalFile()
    guard let stateFile else { return }
    do throws(FileError) {
      let writer = StateWriter(core.withService { $0.copy(SystemClock.monotonic) })
      try stateFile.finish(with: writer, masking: core.secrets.withLock { $0 })
    } catch {
      throw StartFailure(problems: ["\(error)"])
    }
  }

  /// Lets the journal go on in another file of the same path: to be called by whoever has moved the file away.
  public func reopenJournalFile() { core.reopenJournalFile() }

  /// Lets this process hold as many descriptors as it may at all: each connection needs one. It concerns the whole
  /// process, so only a program that is nothing but this server calls it.
  /// - Throws: `StartFailure` with the kernel's reason; what was allowed before still is.
  package static func raiseDescriptorLimit() throws(StartFailure) {
    do throws(SystemError) {
      try DescriptorLimit.raise()
    } catch {
      throw StartFailure(problems: ["\(error)"])
    }
  }

  /// Whether this process may have what such a server needs, for a program that is nothing but that: to be called before
  /// anything uses Dispatch, which waits for ever where there can be no further thread.
  /// - Throws: `StartFailure` that names the limit.
  package static func requireResources(for configuration: Configuration) throws(StartFailure) {
    try ProcessResources.require(
      loops: configuration.readLoops(processors: processorCount), journalCapacity: configuration.journalCapacity)
  }

  private static var processorCount: Int { ProcessInfo.processInfo.activeProcessorCount }

  /// The journal, oldest entry first.
  package var journal: [JournalEntry] {
    core.entries(from: 0, limit: .max) { _ in true }.entries
  }
}

/// Why a server did not start, or a fixture, a rule or criteria were not taken.
public struct StartFailure: Error, CustomStringConvertible {
  /// Each a line that names the place, what is wrong there and what is allowed.
  public let problems: [String]

  /// All problems, a line each.
  public var description: String { problems.joined(separator: "\n") }
}

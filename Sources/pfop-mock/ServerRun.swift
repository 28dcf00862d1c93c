import Dispatch
import Glibc
import Guarded
import Logging
import PfopMock
import Synchronization

/// A server from the start of the program to its end. Whatever may wait, as for a file or a reader of the log, is done
/// behind the thread that takes signals.
final class ServerRun: Sendable {
  private struct Running: Sendable {
    var server: PfopMockServer
    var portFile: PortFile?
  }

  private enum Phase: Sendable {
    case starting
    /// The server listens; its port file is being written.
    case publishing
    case running(Running)
    /// A signal came while it was starting.
    case givenUp
  }

  private let configuration: Configuration
  private let portPath: String?
  private let watches: Bool
  private let logger: Logger
  private let phase = Guarded(Phase.starting)
  private let isPublished = DispatchSemaphore(value: 0)
  private let isReloadScheduled = Atomic(false)
  /// The start, and behind it each loading of the fixtures.
  private let files = DispatchQueue(label: "pfop-mock.files")
  /// Log lines: a standard error that is not read must hold up neither a stop nor the fixtures.
  private let messages = DispatchQueue(label: "pfop-mock.messages")

  /// Longer than any port file takes.
  private static let publishingTime = DispatchTimeInterval.seconds(5)

  /// - Parameters:
  ///   - portPath: where the port is written to; nil for nowhere.
  ///   - watches: the fixtures are loaded again whenever they change.
  init(_ configuration: Configuration, portPath: String?, watches: Bool, logger: Logger) {
    self.configuration = configuration
    self.portPath = portPath
    self.watches = watches
    self.logger = logger
  }

  /// Begins to start the server; if that fails the process ends with the reason.
  /// - Parameter warnings: to be logged before.
  func start(warnings: [String]) {
    files.async { [self] in
      for warning in warnings { logger.warning("\(warning)") }
      do {
        try launch()
      } catch {
        PfopMockCommand.end(with: error)
      }
    }
  }

  private func launch() throws {
    let portFile = try portPath.map(PortFile.init)
    // Before the fixtures are read: whatever changes from here on is noticed.
    if watches { FixtureWatcher.watch(configuration.fixtures) }
    let server = try PfopMockServer.start(configuration, logger: logger)
    let isGivenUp = phase.withLock { phase in
      guard case .starting = phase else { return true }
      phase = .publishing
      return false
    }
    // The process is about to end.
    if isGivenUp { return }
    do throws(CommandFailure) {
      try portFile?.write(server.port)
    } catch {
      server.stop(grace: .zero)
      throw error
    }
    phase.withLock { $0 = .running(Running(server: server, portFile: portFile)) }
    isPublished.signal()
    let tls = server.tlsURL.map { " tls=\($0)" } ?? ""
    StandardOutput.write("pfop-mock ready url=\(server.url) admin=\(server.adminURL) pid=\(getpid())\(tls)\n")
    logger.debug("listening on \(server.url)")
    messages.async { [self] in logger.info("what chance decides can be had again with --seed \(server.seed)") }
  }

  /// Loads the fixtures again, once the start and the last loading are done, and opens the journal's file anew.
  func reload() {
    guard !isReloadScheduled.exchange(true, ordering: .relaxed) else { return }
    files.async { [self] in
      isReloadScheduled.store(false, ordering: .relaxed)
      guard case .running(let running) = phase.withLock({ $0 }) else { return }
      running.server.reopenJournalFile()
      load(running.server)
    }
  }

  private func load(_ server: PfopMockServer) {
    do throws(StartFailure) {
      try server.reload()
      messages.async { [self] in logger.notice("the fixtures are loaded again") }
    } catch {
      messages.async { [self] in
        for problem in error.problems { logger.error("\(problem)") }
        logger.error("the old fixtures stay in force")
      }
    }
  }

  /// Stops the server and returns when everything has ended; the process ends at once if it is still starting, or with a
  /// second signal.
  /// - Throws: `StartFailure` if the state could not be saved.
  func stop(_ signals: Signals, grace: Duration) throws(StartFailure) {
    guard let running = endStart() else { _exit(EXIT_SUCCESS) }
    // First: nothing is left behind then, however this ends.
    do throws(CommandFailure) {
      try running.portFile?.remove()
    } catch {
      messages.async { [self] in logger.warning("\(error)") }
    }
    signals.exitAtNextStop()
    messages.async { [self] in logger.info("stopping; a second signal ends requests under way") }
    try running.server.stopAndSave(grace: grace)
  }

  /// - Returns: nil if there is no server yet, and there will be none.
  private func endStart() -> Running? {
    let found = phase.withLock { phase in
      if case .starting = phase { phase = .givenUp }
      return phase
    }
    if case .publishing = found { _ = isPublished.wait(timeout: .now() + ServerRun.publishingTime) }
    guard case .running(let running) = phase.withLock({ $0 }) else { return nil }
    return running
  }
}

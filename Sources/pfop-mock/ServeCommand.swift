import ArgumentParser
import Dispatch
import Glibc
import Logging
import PfopMock

/// Runs the server until a signal ends it.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Run the server (default).",
    discussion: """
      Every flag has a twin in the environment: PFOP_MOCK_PORT=9000 is --port 9000. A flag wins; an empty variable \
      counts as none; several fixtures are separated by ":", several receivers by ",".

      Once it listens, one line goes to standard output: pfop-mock ready url=… admin=… pid=…, and with --tls: tls=…

      SIGTERM and SIGINT end it after requests under way, a second one at once; SIGHUP loads the fixtures again, as --watch does, and \
      opens --journal-file anew.
      """)

  /// Once it serves, the main thread writes no line itself: a standard error that nobody reads must not hold up a stop.
  private static let messages = DispatchQueue(label: "pfop-mock.messages")

  @OptionGroup var options: ServeOptions

  func run() throws {
    try options.tls.validateTogether()
    if options.watch, options.fixture.isEmpty {
      throw ValidationError("--watch needs --fixture: the built-in one does not change")
    }
    let signals = Signals()
    let logger = options.log.makeLogger()
    for warning in EnvironmentDefaults.warnings() { logger.warning("\(warning)") }
    do throws(StartFailure) {
      try PfopMockServer.raiseDescriptorLimit()
    } catch {
      logger.warning("few connections at a time: \(error)")
    }

    let portFile = options.portFile.map(PortFile.init)
    try portFile?.remove()
    // Before the fixtures are read: whatever changes from here on is noticed.
    let watcher = options.watch ? FixtureWatcher(paths: options.fixture) : nil
    defer { withExtendedLifetime(watcher) {} }
    let configuration = options.configuration(isTerminal: StandardError.isTerminal)
    let server = try PfopMockServer.start(configuration, logger: logger)
    try portFile?.write(server.port)
    let tls = server.tlsURL.map { " tls=\($0)" } ?? ""
    StandardOutput.write("pfop-mock ready url=\(server.url) admin=\(server.adminURL) pid=\(getpid())\(tls)\n")
    logger.debug("listening on \(server.url)")
    ServeCommand.messages.async { logger.info("what chance decides can be had again with --seed \(server.seed)") }

    while signals.next() == .reload {
      server.reopenJournalFile()
      reload(server, logger)
    }
    try stop(server, signals, portFile, logger)
  }

  private func reload(_ server: PfopMockServer, _ logger: Logger) {
    do throws(StartFailure) {
      try server.reload()
      ServeCommand.messages.async { logger.notice("the fixtures are loaded again") }
    } catch {
      ServeCommand.messages.async {
        for problem in error.problems { logger.error("\(problem)") }
        logger.error("the old fixtures stay in force")
      }
    }
  }

  private func stop(_ server: PfopMockServer, _ signals: Signals, _ portFile: PortFile?, _ logger: Logger) throws {
    // First: nothing is left behind then, however this ends.
    do throws(CommandFailure) {
      try portFile?.remove()
    } catch {
      ServeCommand.messages.async { logger.warning("\(error)") }
    }
    signals.exitAtNextStop()
    ServeCommand.messages.async { logger.info("stopping; a second signal ends requests under way") }
    try server.stopAndSave(grace: .milliseconds(options.grace.count))
  }
}

import ArgumentParser
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

  @OptionGroup var options: ServeOptions

  func run() throws {
    try options.tls.validateTogether()
    if options.watch, options.fixture.isEmpty {
      throw ValidationError("--watch needs --fixture: the built-in one does not change")
    }
    let signals = Signals()
    var warnings = EnvironmentDefaults.warnings()
    do throws(StartFailure) {
      try PfopMockServer.raiseDescriptorLimit()
    } catch {
      warnings.append("few connections at a time: \(error)")
    }
    let configuration = options.configuration(isTerminal: StandardError.isTerminal)
    try PfopMockServer.requireResources(for: configuration)
    let run = ServerRun(
      configuration, portPath: options.portFile, watches: options.watch, logger: options.log.makeLogger())
    run.start(warnings: warnings)
    while signals.next() == .reload { run.reload() }
    try run.stop(signals, grace: .milliseconds(options.grace.count))
  }
}

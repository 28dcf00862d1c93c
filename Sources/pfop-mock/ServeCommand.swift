import ArgumentParser
import Glibc
import Logging
import PfopMock

/// Runs the server until a signal ends it.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Run the server (default).",
    discussion: """
      Every flag has a twin in the environment: PFOP_MOCK_PORT=9000 is --port 9000; a flag wins. Several fixtures are
      separated by ":".

      Once it listens, one line goes to standard output: pfop-mock ready url=… admin=… pid=…
      SIGTERM and SIGINT end it after requests under way, a second one at once; SIGHUP loads the fixtures again.
      """)

  @OptionGroup var options: ServeOptions

  func run() throws {
    let logger = makeLogger()
    let signals = Signals()
    let server: PfopMockServer
    do {
      try PortFile.remove(options.portFile)
      server = try PfopMockServer.start(
        options.configuration(isTerminal: StandardError.isTerminal), logger: logger)
      try PortFile.write(server.port, to: options.portFile)
    } catch {
      throw CommandFailure("\(error)")
    }
    StandardOutput.write("pfop-mock ready url=\(server.url) admin=\(server.url)/__admin/ pid=\(getpid())\n")
    serve(server, signals, logger)
    try PortFile.remove(options.portFile)
  }

  private func serve(_ server: PfopMockServer, _ signals: Signals, _ logger: Logger) {
    while true {
      switch signals.next() {
      case .reload: reload(server, logger)
      case .stop:
        signals.exitAtNextStop()
        server.stop(grace: .milliseconds(options.grace.count))
        return
      }
    }
  }

  private func reload(_ server: PfopMockServer, _ logger: Logger) {
    do {
      try server.reload()
      logger.notice("the fixtures are loaded again")
    } catch {
      logger.error("the old fixtures stay in force: \(error)")
    }
  }

  private func makeLogger() -> Logger {
    let (format, level) = (options.logFormat, options.logLevel.level)
    let usesColour = StandardError.isTerminal && format == .text
    return Logger(label: "pfop-mock") { _ in
      LogWriter(logLevel: level, format: format, usesColour: usesColour)
    }
  }
}

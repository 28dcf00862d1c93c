import ArgumentParser
import Foundation
import PfopMock

/// The program: finds out which command is meant, runs it, and turns errors into one line and an exit code.
@main
struct PfopMockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pfop-mock",
    abstract: "A fake api.qiniu.com for testing code that starts persistent processing (pfop).",
    version: "pfop-mock \(PfopMockServer.version)" + (PfopMockServer.commit.map { " (\($0))" } ?? ""),
    subcommands: [
      ServeCommand.self, CheckCommand.self, SchemaCommand.self, SignCommand.self, ExplainCommand.self,
      HealthcheckCommand.self,
    ],
    defaultSubcommand: ServeCommand.self)

  static func main() {
    StandardStreams.fillGaps()
    // A reader of ours that has gone must not take the server with it.
    signal(SIGPIPE, SIG_IGN)
    do {
      let arguments = try ProcessArguments.read()
      let environment = ProcessInfo.processInfo.environment
      var command = try parseAsRoot(try EnvironmentDefaults.arguments(arguments, environment: environment))
      try command.run()
    } catch {
      end(with: error)
    }
  }

  /// Ends the process, with what there is to say about it.
  static func end(with error: any Error) -> Never {
    let code = exitCode(for: error)
    if code.isSuccess {
      // Help and version are no errors: they were asked for.
      StandardOutput.write(fullMessage(for: error) + "\n")
    } else {
      for line in message(for: error).split(separator: "\n") {
        StandardError.write("pfop-mock: \(String(line).visibleLine)\n")
      }
      if code == .validationFailure { StandardError.write("pfop-mock: see pfop-mock --help\n") }
    }
    exit(withError: code)
  }
}

import ArgumentParser
import PfopMock

/// Says whether fixture files are sound, and everything that is wrong with them.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check fixture files without starting a server.")

  @Argument(help: ArgumentHelp("Fixture files, or folders of them; together they make one fixture.", valueName: "path"))
  var paths: [String]

  func run() throws {
    StandardOutput.write(try FixtureSource(paths: paths).summary() + "\n")
  }
}

import ArgumentParser
import PfopMock

/// Says whether fixture files are sound, and everything that is wrong with them.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check fixture files without starting a server.",
    discussion: """
      Mistakes are told on standard error, each with its place and what is allowed there, and end the program with 1.

      Of a fixture without mistakes, warnings tell what can never come true: a rule behind another that decides \
      everything it is for, a bucket that does not exist, a step that is never taken, conditions that never hold. They \
      end the program with 0, unless --strict is given.
      """)

  @Argument(help: ArgumentHelp("Fixture files, or folders of them; together they make one fixture.", valueName: "path"))
  var paths: [String]

  @Flag(help: "Take warnings for mistakes.")
  var strict = false

  func run() throws {
    let (summary, remarks) = try FixtureSource(paths: paths).check()
    if strict, !remarks.isEmpty { throw CommandFailure(description: remarks.joined(separator: "\n")) }
    for remark in remarks { StandardError.write("pfop-mock: warning: \(remark.visibleLine)\n") }
    StandardOutput.write(summary + "\n")
  }
}

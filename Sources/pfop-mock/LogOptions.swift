import ArgumentParser
import Logging

/// The flags that say which log lines there are, and in what form.
struct LogOptions: ParsableArguments {
  @Option(help: "Log lines for people (text) or for machines (json).")
  var logFormat = LogFormat.text

  @Option(
    help: ArgumentHelp(
      "The least level that is logged. An accepted request has info on a terminal and debug elsewhere.",
      valueName: Logger.Level.allCases.map(\.rawValue).joined(separator: "|")))
  var logLevel = LogLevel(level: .info)

  func makeLogger() -> Logger {
    let writer = LogWriter(
      logLevel: logLevel.level, format: logFormat, usesColour: logFormat == .text && StandardError.isTerminal)
    return Logger(label: "pfop-mock") { _ in writer }
  }
}

enum LogFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}

/// A level on the command line. It does not list its values: the parser would put each on a line of its own when it
/// refuses another.
struct LogLevel: ExpressibleByArgument {
  var level: Logger.Level

  init(level: Logger.Level) { self.level = level }

  init?(argument: String) {
    guard let level = Logger.Level(rawValue: argument) else { return nil }
    self.level = level
  }

  var defaultValueDescription: String { level.rawValue }
}

import ArgumentParser
import Logging

/// How log lines are written.
enum LogFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}

/// The least level that is logged.
struct LogLevel: ExpressibleByArgument {
  static let info = LogLevel(level: .info)

  var level: Logger.Level

  init(level: Logger.Level) { self.level = level }

  init?(argument: String) {
    guard let level = Logger.Level(rawValue: argument) else { return nil }
    self.level = level
  }

  static var allValueStrings: [String] { Logger.Level.allCases.map(\.rawValue) }

  var defaultValueDescription: String { level.rawValue }
}

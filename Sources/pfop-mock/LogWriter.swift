import Foundation
import Logging

/// Writes log lines to standard error: as text for people or as one JSON object a line.
struct LogWriter: LogHandler {
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?
  var logLevel: Logger.Level
  var format: LogFormat
  var usesColour: Bool

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
    switch format {
    case .text: StandardError.write(text(event, status: all["status"].flatMap { Int("\($0)") }))
    case .json: StandardError.write(json(event, all))
    }
  }

  private func text(_ event: LogEvent, status: Int?) -> String {
    let time = Date().formatted(
      .verbatim(
        "\(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\(second: .twoDigits).\(secondFraction: .fractional(3))",
        timeZone: .current, calendar: .current))
    let level = event.level <= .info ? "" : "\(event.level): "
    let line = "\(time) \(level)\(event.message)"
    return colour(event.level, status).map { "\($0)\(line)\u{1B}[0m\n" } ?? line + "\n"
  }

  /// Green for what was accepted, yellow for a client's mistake, red for the server's; nil without colour.
  private func colour(_ level: Logger.Level, _ status: Int?) -> String? {
    guard usesColour else { return nil }
    switch status {
    case .some(..<400): return "\u{1B}[32m"
    case .some(500..<600): return "\u{1B}[31m"
    case .some: return "\u{1B}[33m"
    case nil: return level >= .warning ? "\u{1B}[31m" : nil
    }
  }

  private func json(_ event: LogEvent, _ metadata: Logger.Metadata) -> String {
    var fields = metadata.mapValues { "\($0)" }
    fields["time"] = Date().formatted(
      .iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted))
    fields["level"] = event.level.rawValue
    fields["message"] = "\(event.message)"
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(fields), as: UTF8.self) + "\n"
    } catch {
      return "{\"level\": \"error\", \"message\": \"a log line could not be encoded\"}\n"
    }
  }
}

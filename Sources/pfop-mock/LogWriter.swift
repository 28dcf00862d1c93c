import Logging
import PfopMock

/// Writes log lines to standard error: as text for people or as one JSON object a line.
struct LogWriter: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level
  var format: LogFormat
  var usesColour: Bool

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) { StandardError.write(line(event, at: .now)) }

  /// The event as it is written, with its line feed.
  func line(_ event: LogEvent, at time: LogTime) -> String {
    let metadata = metadata.merging(event.metadata ?? [:]) { _, new in new }
    switch format {
    case .text: return text(event, at: time, status: metadata["status"].flatMap { Int("\($0)") }) + "\n"
    case .json: return json(event, at: time, metadata) + "\n"
    }
  }

  private func text(_ event: LogEvent, at time: LogTime, status: Int?) -> String {
    let level = event.level <= .info ? "" : "\(event.level): "
    let line = "\(time.local) \(level)\("\(event.message)".visibleLine)"
    return colour(event.level, status).map { "\($0)\(line)\u{1B}[0m" } ?? line
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

  private func json(_ event: LogEvent, at time: LogTime, _ metadata: Logger.Metadata) -> String {
    let message = "\(event.message)".jsonString
    let rest = metadata.sorted { $0.key < $1.key }.map { ", \($0.key.jsonString): \(json($0.value))" }.joined()
    return #"{"time": "\#(time.rfc3339)", "level": "\#(event.level)", "message": \#(message)\#(rest)}"#
  }

  /// A count is a JSON number, so that it can be compared; anything else, ids above all, is a string.
  private func json(_ value: Logger.MetadataValue) -> String {
    if case .stringConvertible(let number as Int) = value { return "\(number)" }
    return "\(value)".jsonString
  }
}

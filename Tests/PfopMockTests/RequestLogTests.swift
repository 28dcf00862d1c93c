import Logging
import Guarded
import TestSupport
import Testing

@testable import PfopMock

/// Log lines that a test reads.
final class LogLines: Sendable {
  private let collected = Guarded<[String]>([])

  var all: [String] { collected.withLock { $0 } }

  func logger(level: Logger.Level) -> Logger {
    var logger = Logger(label: "test") { _ in Handler(lines: self) }
    logger.logLevel = level
    return logger
  }

  private struct Handler: LogHandler {
    let lines: LogLines
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { lines.collected.withLock { $0.append("\(event.level) \(event.message)") } }
  }
}

struct RequestLogTests {
  private func lines(level: Logger.Level, showsAccepted: Bool) throws -> [String] {
    let lines = LogLines()
    var configuration = Configuration()
    configuration.logsAcceptedRequests = showsAccepted
    let server = try PfopMockServer.start(configuration, logger: lines.logger(level: level))
    let client = try RawClient(port: server.port)
    for target in ["* HTTP/1.1\r\nHost: x\r\n\r\n", "/nix HTTP/1.1\r\nHost: x\r\n\r\n"] {
      try client.send("OPTIONS \(target)")
      _ = try client.readResponse()
    }
    server.stop()
    return lines.all.map { $0.split(separator: " ").prefix(4).joined(separator: " ") }
  }

  @Test func everyRequestHasALine() throws {
    #expect(try lines(level: .info, showsAccepted: true) == ["info 200 OPTIONS *", "info 404 OPTIONS /nix"])
  }

  @Test func acceptedOnesCanBeLeftToTheLevelDebug() throws {
    #expect(try lines(level: .info, showsAccepted: false) == ["info 404 OPTIONS /nix"])
    #expect(try lines(level: .debug, showsAccepted: false) == ["debug 200 OPTIONS *", "info 404 OPTIONS /nix"])
  }

  @Test func aHigherLevelSilencesThem() throws {
    #expect(try lines(level: .warning, showsAccepted: true) == [])
  }
}

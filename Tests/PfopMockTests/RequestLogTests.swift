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

  @Test func whatWasNeverToBeShownIsNotMissed() throws {
    let lines = LogLines()
    var configuration = Configuration()
    configuration.logsAcceptedRequests = false
    configuration.journalCapacity = 10
    let server = try PfopMockServer.start(configuration, logger: lines.logger(level: .info))
    let client = try RawClient(port: server.port)
    for _ in 0..<50 {
      try client.send("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n")
      _ = try client.readResponse()
    }
    try client.send("GET /nix HTTP/1.1\r\nHost: x\r\n\r\n")
    _ = try client.readResponse()
    server.stop()
    #expect(lines.all.count == 1)
  }

  @Test func everyRequestIsShownOrCounted() throws {
    let lines = LogLines()
    var configuration = Configuration()
    configuration.journalCapacity = 1
    let server = try PfopMockServer.start(configuration, logger: lines.logger(level: .info))
    let client = try RawClient(port: server.port)
    // All in one turn of the loop, and the journal keeps one of them.
    try client.send(String(repeating: "GET /nix HTTP/1.1\r\nHost: x\r\n\r\n", count: 500))
    for _ in 0..<500 { _ = try client.readResponse() }
    server.stop()
    let counted = lines.all.reduce(0) { sum, line in
      sum + (line.hasPrefix("warning ") ? Int(line.split(separator: " ")[1]) ?? 0 : 1)
    }
    #expect(counted == 500)
  }

  @Test func aHigherLevelSilencesThem() throws {
    #expect(try lines(level: .warning, showsAccepted: true) == [])
  }
}

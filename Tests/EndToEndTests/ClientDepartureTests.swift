import Dispatch
import Foundation
import PfopMock
import TestSupport
import Testing

/// A client that goes, or finishes sending, while its response is awaited: its connection is closed at once.
@Suite(.overEachTransport)
struct ClientDepartureTests {
  /// Waits until no more connections are open than that, this one's own included.
  private func awaitConnections(_ mock: MockServer, atMost count: Int) throws {
    let end = ContinuousClock.now + .seconds(10)
    var open = Int.max
    while open > count, ContinuousClock.now < end {
      open = try mock.admin("metrics").openConnections ?? .max
    }
    #expect(open <= count, "\(open) connections are open")
  }

  /// Every second one closes its connection, the others only finish sending.
  private func depart(_ clients: [RawClient]) {
    for (number, client) in clients.enumerated() { number % 2 == 0 ? client.leave() : client.finishSending() }
  }

  // MARK: - Scripts

  @Test(arguments: [Configuration.Clock.real, .manual])
  func duringAScriptedDelay(clock: Configuration.Clock) throws {
    let mock = try MockServer(yaml: "rules: [{ then: { accept: true, delay: 1h } }]") { $0.clock = clock }
    let clients = try (0..<100).map { _ in try mock.connect() }
    for client in clients { try client.send(PfopText().request()) }
    try mock.awaitDecisions(clients.count)
    depart(clients)
    try awaitConnections(mock, atMost: 1)
    #expect(try mock.admin("metrics").text.contains("\npfop_mock_held_answers 0\n"))
    #expect(mock.server.journal.allSatisfy { $0.passage.end == .clientGone })
    // Nothing is left to be released.
    if clock == .manual { try mock.advance("2h") }
    #expect(try mock.admin("health").status == 200)
    withExtendedLifetime(clients) {}
  }

  @Test(arguments: ["dribble: { chunks: 2, over: 1h }", "bandwidth: 1"])
  func betweenPieces(pace: String) throws {
    let mock = try MockServer(yaml: "rules: [{ then: { accept: true, \(pace) } }]")
    let clients = try (0..<10).map { _ in try mock.connect() }
    for client in clients { try client.send(PfopText().request()) }
    for client in clients { _ = try client.readPiece() }
    depart(clients)
    try awaitConnections(mock, atMost: 1)
    withExtendedLifetime(clients) {}
  }

  @Test(arguments: [Configuration.Clock.real, .manual])
  func beforeAnythingIsReadFromADelayedConnection(clock: Configuration.Clock) throws {
    let mock = try MockServer(yaml: "rules: [{ phase: connection, then: { delay: 1h, times: 10 } }]") {
      $0.clock = clock
    }
    let clients = try (0..<10).map { _ in try mock.connect() }
    for client in clients { try client.send(PfopText().request()) }
    depart(clients)
    try awaitConnections(mock, atMost: 1)
    withExtendedLifetime(clients) {}
  }

  @Test func whileTheNotificationIsToComeFirst() throws {
    let receiver = try Receiver([Receiver.silence])
    let mock = try MockServer(yaml: "rules: [{ then: { fault: earlyNotification } }]") {
      $0.notifyDeadline = .seconds(3600)
    }
    let clients = try (0..<2).map { _ in try mock.connect() }
    for client in clients { try client.send(PfopText().with("notifyURL", receiver.url).request()) }
    try mock.awaitDecisions(clients.count)
    depart(clients)
    try awaitConnections(mock, atMost: 1)
    withExtendedLifetime(clients) {}
  }

  // MARK: - Admin calls that wait

  @Test(arguments: [
    ("jobs/wait", #"{"until": "result", "within": "600s"}"#),
    ("requests/verify", #"{"when": {"bucket": "nix"}, "within": "600s"}"#),
    ("notifications/1/redeliver", ""), ("clock/advance", #"{"by": "1s"}"#),
  ])
  func duringAnAdminCallThatWaits(path: String, body: String) throws {
    let receiver = try Receiver([200, Receiver.silence])
    let mock = try MockServer(yaml: "buckets: { sluggish: { keys: [k], job: { waiting: 1s, processing: 1s } } }") {
      $0.clock = .manual
      $0.notifyDeadline = .seconds(3600)
    }
    _ = try mock.pfop { $0.with("notifyURL", receiver.url) }
    try mock.advance("0")
    // From here on its receiver keeps silent.
    _ = try mock.pfop { $0.with("bucket", "sluggish").with("key", "k").with("notifyURL", receiver.url) }
    if path == "clock/advance" { _ = try mock.pfop { $0.with("notifyURL", receiver.url) } }
    let clients = try (0..<10).map { _ in try mock.connect() }
    for client in clients {
      try client.send(
        "POST /__admin/\(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }
    #expect(!clients.contains { $0.hasMore(within: 10) })
    depart(clients)
    try awaitConnections(mock, atMost: 1)
    withExtendedLifetime(clients) {}
  }

  /// What can be answered at once is answered to a client that has finished sending as well.
  @Test(arguments: [
    ("jobs/wait", #"{"within": "600s"}"#), ("requests/verify", #"{"within": "600s"}"#),
    ("clock/advance", #"{"by": "1s"}"#), ("requests/count", "{}"),
  ])
  func aPlainAdminCallIsAnswered(path: String, body: String) throws {
    let mock = try MockServer { $0.clock = .manual }
    _ = try mock.pfop { $0.with("notifyURL", "http://192.0.2.1/") }
    try mock.advance("0")
    let client = try mock.connect()
    try client.send(
      "POST /__admin/\(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    client.finishSending()
    #expect(try RawResponse.parseAll(client.readToEnd()).map(\.status) == [200])
  }

  // MARK: - Stop

  @Test func aDelayIsOverWhenTheServerStops() throws {
    let mock = try MockServer(
      yaml: """
        rules:
          - { when: { key: hang }, then: { fault: hang } }
          - { then: { accept: true, delay: 1h, dribble: { chunks: 3, over: 1h } } }
        """)
    let (delayed, hanging) = (try mock.connect(), try mock.connect())
    try delayed.send(PfopText().request())
    try hanging.send(PfopText().with("key", "hang").request())
    try mock.awaitDecisions(2)
    let stopped = DispatchGroup()
    DispatchQueue(label: "stop").async(group: stopped) { mock.server.stop(grace: .seconds(3600)) }
    #expect(try delayed.readResponse().text == "{\"persistentId\": 1}")
    delayed.leave()
    #expect(stopped.wait(timeout: .now() + .seconds(30)) == .success)
    withExtendedLifetime(hanging) {}
  }
}

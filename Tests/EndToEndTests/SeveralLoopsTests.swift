import PfopMock
import TestSupport
import Testing

/// What is counted, timed or drawn has to be exact however many event loops ask at once: each loop reads the clock once a
/// round, so requests come with times that are out of order.
struct SeveralLoopsTests {
  private static let loops = [1, 2, 3, 4, 8]

  private static let fixture = """
    buckets:
      limited: { keys: ["*"], then: [{ rateLimit: { perSecond: 1000, burst: 50 } }, { accept: true }] }
      thrice: { keys: ["*"], then: [{ status: 599, times: 3 }, { accept: true }] }
      chance: { keys: ["*"], then: [{ status: 599, probability: 0.3 }, { accept: true }] }
      delayed: { keys: ["*"], then: { accept: true, delay: 30ms } }
      held: { keys: ["*"], then: { accept: true, delay: 5s } }
      job: { keys: ["*"], job: { processing: 1h } }
      tries: { keys: ["*"] }
      window: { keys: ["*"] }
    rules:
      - { when: { bucket: tries, attempt: 7 }, then: { status: 599 } }
      - { when: { bucket: window, time: 10s..20s }, then: { status: 599 } }
    """

  private func server(
    _ loops: Int, _ transport: Transport, _ change: (inout Configuration) -> Void = { _ in }
  ) throws -> MockServer {
    try MockServer(yaml: Self.fixture, over: transport) { configuration in
      configuration.loops = loops
      configuration.seed = 4
      change(&configuration)
    }
  }

  private func request(_ bucket: String) throws -> String { try PfopText().with("bucket", bucket).request() }

  /// The bound of a token bucket: at most `burst + perSecond × elapsed` in any span.
  @Test(arguments: loops, Transport.allCases)
  func rateLimitLetsNoMoreThroughThanBurstAndRate(_ loops: Int, over transport: Transport) throws {
    let mock = try server(loops, transport)
    let start = ContinuousClock.now
    let responses = try mock.responsesInParallel(to: request("limited"), connections: 8, each: 100)
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    let accepted = responses.count { $0.status == 200 }
    #expect(accepted <= Int(50 + 1000 * elapsed), "\(accepted) in \(elapsed) s")
    #expect(accepted >= 50)
    #expect(responses.count { $0.status == 573 } == responses.count - accepted)
  }

  @Test(arguments: loops, Transport.allCases)
  func countsAndDrawsAreExact(_ loops: Int, over transport: Transport) throws {
    let mock = try server(loops, transport) { $0.clock = .manual }
    func failures(_ bucket: String) throws -> Int {
      try mock.responsesInParallel(to: request(bucket), connections: 8, each: 25).count { $0.status == 599 }
    }
    #expect(try failures("thrice") == 3)
    #expect(try failures("tries") == 1)
    // The same draws in another order: as many of them are below 0.3.
    let inSequence = try server(1, transport) { $0.clock = .manual }
      .responsesInParallel(to: request("chance"), connections: 1, each: 200)
    #expect(try failures("chance") == inSequence.count { $0.status == 599 })
    // Held: not one token comes back.
    let limited = try mock.responsesInParallel(to: request("limited"), connections: 8, each: 25)
    #expect(limited.count { $0.status == 200 } == 50)
  }

  @Test(arguments: loops, Transport.allCases)
  func everyLoopSeesTheClockMove(_ loops: Int, over transport: Transport) throws {
    let mock = try server(loops, transport) { $0.clock = .manual }
    for (step, failures) in [("0s", 0), ("9.999s", 0), ("1ms", 16), ("10s", 16), ("1ms", 0)] {
      try mock.advance(step)
      #expect(
        try mock.responsesInParallel(to: request("window"), connections: 16).count { $0.status == 599 } == failures,
        "\(step)")
    }
  }

  @Test(arguments: loops, Transport.allCases)
  func heldResponsesLeaveExactlyWhenTheirTimeHasCome(_ loops: Int, over transport: Transport) throws {
    let mock = try server(loops, transport) { $0.clock = .manual }
    let text = try request("held")
    let clients = try (0..<8).map { _ in try mock.connect() }
    for client in clients { try client.send(text) }
    try mock.awaitDecisions(8)
    try mock.advance("4.999s")
    for client in clients { #expect(!client.hasMore()) }
    try mock.advance("1ms")
    for client in clients { #expect(try client.readResponse().status == 200) }
  }

  @Test(arguments: loops, Transport.allCases)
  func delaysAreNeverShorterThanScripted(_ loops: Int, over transport: Transport) throws {
    let mock = try server(loops, transport)
    let text = try request("delayed")
    let clients = try (0..<8).map { _ in try mock.connect() }
    let start = ContinuousClock.now
    for client in clients { try client.send(text) }
    for client in clients {
      #expect(try client.readResponse().status == 200)
      #expect(ContinuousClock.now - start >= .milliseconds(30))
    }
  }

  @Test(arguments: loops, Transport.allCases)
  func skewIsJudgedAlikeOnEveryLoop(_ loops: Int, over transport: Transport) throws {
    let mock = try server(loops, transport) { $0.dialect = .current }
    var sound = PfopText(scheme: "Qiniu").with("bucket", "tries")
    sound.date = "20991231T235959Z"
    let responses = try mock.responsesInParallel(to: sound.request(), connections: 16, each: 4)
    #expect(responses.count { $0.status == 403 } == 64)
  }

  @Test(arguments: loops)
  func jobsBeginInTheOrderOfTheirIDs(_ loops: Int) throws {
    let mock = try server(loops, .plain)
    _ = try mock.responsesInParallel(to: request("job"), connections: 8, each: 50)
    let jobs = try #require(mock.admin("jobs?limit=1000").json["jobs"] as? [[String: Any]])
    let times = jobs.compactMap { job in
      (job["id"] as? Int).flatMap { id in
        (job["status"] as? [String: Any]).flatMap { $0["creationDate"] as? String }.map { (id, $0) }
      }
    }
    #expect(times.count == 400)
    let inOrder = times.sorted { $0.0 < $1.0 }.map(\.1)
    #expect(inOrder == inOrder.sorted())
  }
}

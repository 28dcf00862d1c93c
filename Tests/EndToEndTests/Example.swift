import Glibc
import PfopMock
import TestSupport

/// The files of `fixtures/examples`, without `.yaml`: whoever adds one adds it here, and then the compiler asks for what
/// it does.
enum Example: String, CaseIterable, Sendable {
  // Faults.
  case connectionResetByPeer, emptyResponse, randomDataThenClose, hang, malformedResponseChunk, truncatedBody
  case closeAfterHeaders, missingReqid, wrongContentType, invalidJSON, persistentIdAsFloat, duplicateResponse
  case earlyNotification, duplicateNotification, lateNotification
  // What answers come.
  case answerLost, sequence, countByKey, probability, rateLimit, customAnswer, jobByCommand, bucketDialect
  // When they come.
  case delayFixed, delayUniform, delayLognormal, dribble, bandwidth
  // To whom.
  case statusQuery, connection, header, userAgent, sdkRetries, timeWindow

  /// Starts a server with it.
  func serve(_ change: (inout Configuration) -> Void = { _ in }) throws -> MockServer {
    try MockServer(fixture: "fixtures/examples/\(rawValue).yaml") {
      // One loop: what is told to it is done in that order.
      $0.loops = 1
      $0.seed = 7
      change(&$0)
    }
  }
}

extension MockServer {
  /// The answer to a pfop request on a connection of its own, octet by octet up to that connection's end, and whether it
  /// ended in RST with no FIN before.
  func wreck(_ text: PfopText = PfopText()) throws -> (octets: [UInt8], isReset: Bool) {
    let client = try connect()
    try client.send(text.request())
    do {
      return (try client.readToEnd(), false)
    } catch RawClient.Failure.receive(code: ECONNRESET) {
      return (client.received, true)
    }
  }

  /// Sends that many requests, each on a connection of its own, and returns once all have been decided.
  func ask(_ count: Int) throws -> [RawClient] {
    let decided = server.journal.count
    let clients = try (0..<count).map { _ in
      let client = try connect()
      try client.send(PfopText().request())
      return client
    }
    try awaitDecisions(decided + count)
    return clients
  }

  /// The statuses of that many pfops, one after the other.
  func statuses(_ count: Int, _ change: (PfopText) -> PfopText = { $0 }) throws -> [Int] {
    let request = try change(PfopText()).request()
    let client = try connect()
    try client.send(String(repeating: request, count: count))
    return try (0..<count).map { _ in try client.readResponse().status }
  }
}

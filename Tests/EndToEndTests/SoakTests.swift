import Dispatch
import Foundation
import Guarded
import TestSupport
import Testing

/// Many clients that behave in every way at once, against a process of its own: at the end every sound request has had
/// its right answer, and the process holds no more than it did before.
struct SoakTests {
  @Test func mixedTrafficLeavesNothingBehind() throws {
    let process = try MockProcess(["--port=0", "--max-jobs=100", "--journal-size=100", "--log-level=error"])
    let port = try process.readyPort()
    let traffic = try Traffic(port: port)
    // The first round fills every buffer that is kept for good.
    traffic.run(clients: 16, visits: 20, seed: 1)
    let before = try Footprint(of: process.pid, servedAt: port)
    traffic.run(clients: 16, visits: 80, seed: 2)
    let after = try Footprint(of: process.pid, servedAt: port)
    #expect(traffic.faults == [])
    #expect(traffic.ids.count == Set(traffic.ids).count)
    #expect(traffic.ids.count > 1000)
    #expect(after.descriptors == before.descriptors)
    #expect(after.residentKilobytes < before.residentKilobytes + 16 << 10)
    process.send(SIGTERM)
    #expect(try process.end().code == 0)
  }
}

/// Clients that visit a server, and what they found wrong.
private final class Traffic: Sendable {
  private let port: UInt16
  private let conversations: [HTTPCase]
  private let sound: String
  private let unsigned: String
  private let found = Guarded<[String]>([])
  private let issued = Guarded<[String]>([])

  init(port: UInt16) throws {
    self.port = port
    conversations = try HTTPCorpus.load().cases
    sound = try PfopText().request()
    unsigned = try PfopText(secretKey: "wrong").request()
  }

  var faults: [String] { found.withLock { $0 } }
  var ids: [String] { issued.withLock { $0 } }

  func run(clients: Int, visits: Int, seed: UInt64) {
    DispatchQueue.concurrentPerform(iterations: clients) { number in
      var random = SeededRandom(state: seed << 32 | UInt64(number))
      for _ in 0..<visits {
        let kind = Int.random(in: 0..<9, using: &random)
        do {
          try visit(kind, &random)
        } catch {
          found.withLock { $0.append("visit of kind \(kind): \(error)") }
        }
      }
    }
  }

  private func visit(_ kind: Int, _ random: inout SeededRandom) throws {
    let client = try RawClient(port: port)
    switch kind {
    case 0: for _ in 0..<Int.random(in: 1...10, using: &random) { try askAndFollow(client) }
    case 1:
      try client.send(String(repeating: sound, count: 20))
      for _ in 0..<20 { try noteID(client.readResponse()) }
    case 2:
      for octet in sound.utf8 { try client.send([octet]) }
      try noteID(client.readResponse())
    case 3:
      try client.send(unsigned)
      expect(try client.readResponse(), 401)
      try askAndFollow(client)
    case 4:
      try client.send("POST /pfop HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n")
      expect(try client.readResponse(), 413)
    case 5:
      // Gone in the middle of a request.
      try client.send(Array(sound.utf8.prefix(Int.random(in: 0..<sound.utf8.count, using: &random))))
      client.abort()
    case 6:
      // Gone without having read anything.
      try client.send(String(repeating: unsigned, count: 50))
      client.abort()
    case 7:
      try tolerating {
        try client.send(
          (0..<Int.random(in: 1...3000, using: &random)).map { _ in .random(in: 0...255, using: &random) })
      }
      client.finishSending()
      try tolerating { _ = try client.readToEnd() }
    default:
      let conversation = conversations[Int.random(in: 0..<conversations.count, using: &random)]
      try tolerating { try client.send(conversation.octets) }
      client.finishSending()
      try tolerating { _ = try client.readToEnd() }
    }
  }

  private func askAndFollow(_ client: RawClient) throws {
    try client.send(sound)
    let id = try noteID(client.readResponse())
    try client.send("GET /status/get/prefop?id=\(id) HTTP/1.1\r\nHost: x\r\n\r\n")
    let status = try client.readResponse()
    // With so few jobs kept, others may have pushed this one out.
    if status.status != 404 { expect(status, 200) }
  }

  @discardableResult
  private func noteID(_ answer: RawResponse) throws -> String {
    expect(answer, 200)
    let id = answer.text.filter(\.isNumber)
    issued.withLock { $0.append(id) }
    return id
  }

  private func expect(_ answer: RawResponse, _ status: Int) {
    if answer.status != status { found.withLock { $0.append("\(answer.status) and not \(status): \(answer.text)") } }
  }

  /// The server may close on nonsense at any time; it must not stay silent.
  private func tolerating(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch RawClient.Failure.send {
    } catch RawClient.Failure.receive {}
  }
}

/// SplitMix64.
private struct SeededRandom: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

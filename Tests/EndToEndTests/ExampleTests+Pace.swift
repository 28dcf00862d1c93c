import TestSupport
import Testing

/// When answers come, and how fast.
extension ExampleTests {
  func delayFixed() throws {
    let mock = try Example.delayFixed.serve { $0.clock = .manual }
    let client = try mock.ask(1)[0]
    try mock.advance("299ms")
    #expect(!client.hasMore())
    try mock.advance("1ms")
    #expect(client.hasMore())
    #expect(try client.readResponse().text == #"{"persistentId": 1}"#)
  }

  /// How many of forty answers are there after each of these spans.
  private func arrivals(_ example: Example, after spans: [String]) throws -> [Int] {
    let mock = try example.serve { $0.clock = .manual }
    let clients = try mock.ask(40)
    return try spans.map { span in
      try mock.advance(span)
      return clients.count { $0.hasMore() }
    }
  }

  func delayUniform() throws {
    let counts = try arrivals(.delayUniform, after: ["49ms", "176ms", "175ms"])
    #expect(counts[0] == 0 && 10...30 ~= counts[1] && counts[2] == 40)
    #expect(try arrivals(.delayUniform, after: ["49ms", "176ms", "175ms"]) == counts)
  }

  func delayLognormal() throws {
    // Of a normal distribution 2 % are more than two deviations from the middle: 100 ms · e^(±1.6) is 20 and 495 ms.
    let counts = try arrivals(.delayLognormal, after: ["19ms", "81ms", "395ms", "1h"])
    #expect(counts[0] <= 4 && 10...30 ~= counts[1] && counts[2] >= 35 && counts[3] == 40)
  }

  /// Every piece of an answer and how long after the request it was here, in milliseconds. Somebody who looks late sees
  /// pieces late and together, but none too early.
  private func pieces(of example: Example) throws -> [(octets: [UInt8], elapsed: Double)] {
    let mock = try example.serve()
    let client = try mock.connect()
    let start = ContinuousClock.now
    try client.send(PfopText(extraFields: "Connection: close\r\n").request())
    var pieces: [(octets: [UInt8], elapsed: Double)] = []
    while case let octets = try client.readPiece(), !octets.isEmpty {
      pieces.append((octets, (ContinuousClock.now - start) / .milliseconds(1)))
    }
    let whole = try RawResponse.parseAll(pieces.flatMap(\.octets))
    #expect(whole.map(\.text) == [#"{"persistentId": 1}"#])
    return pieces
  }

  func dribble() throws {
    let pieces = try pieces(of: .dribble)
    let total = pieces.map(\.octets.count).reduce(0, +)
    var received = 0
    for piece in pieces {
      received += piece.octets.count
      // The part before the last octet that is here fills so many fifths, and the next of them begins 100 ms later.
      let begun = (received * 5 - 1) / total
      #expect(piece.elapsed >= Double(begun) * 100, "\(received) of \(total) octets after \(piece.elapsed) ms")
    }
    #expect(pieces.last.map { $0.elapsed >= 400 } == true)
  }

  func bandwidth() throws {
    let pieces = try pieces(of: .bandwidth)
    var received = 0
    for piece in pieces {
      received += piece.octets.count
      // A twentieth of a second's octets may leave at once; waits are whole milliseconds.
      let allowed = (piece.elapsed + 1) * 0.8 + 40
      #expect(Double(received) <= allowed, "\(received) octets after \(piece.elapsed) ms")
    }
    #expect(received > 160)
  }
}

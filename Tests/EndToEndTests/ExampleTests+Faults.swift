import TestSupport
import Testing

extension ExampleTests {
  /// No answer, and nothing has happened: the next pfop gets the first id.
  func isLostWithoutEffect(_ example: Example, _ isLost: ((octets: [UInt8], isReset: Bool)) -> Bool) throws {
    let mock = try example.serve()
    let wreck = try mock.wreck()
    #expect(isLost(wreck), "\(wreck)")
    #expect(try mock.pfop() == 1)
    #expect(mock.server.journal.map(\.status) == [0, 200])
  }

  func hang() throws {
    let mock = try Example.hang.serve()
    let client = try mock.ask(1)[0]
    #expect(try mock.pfop() == 1)
    #expect(!client.hasMore(within: 50))
    // What is sent behind it is not answered either.
    try client.send(PfopText().request())
    #expect(!client.hasMore(within: 50))
    #expect(mock.server.journal.map(\.status) == [0, 200])
  }

  private func headAndBody(_ octets: [UInt8]) throws -> (head: String, body: String) {
    let end = try #require(octets.firstRange(of: Array("\r\n\r\n".utf8)))
    let parts = [octets[..<end.lowerBound], octets[end.upperBound...]]
    return (String(decoding: parts[0], as: UTF8.self), String(decoding: parts[1], as: UTF8.self))
  }

  func malformedResponseChunk() throws {
    let mock = try Example.malformedResponseChunk.serve()
    let wreck = try mock.wreck()
    let (head, body) = try headAndBody(wreck.octets)
    #expect(head.hasPrefix("HTTP/1.1 200 ") && head.contains("\r\nTransfer-Encoding: chunked"))
    #expect(!head.contains("Content-Length"))
    #expect(body == "9\r\n{\"persist\r\nxyz\r\nentId\": 1}\r\n" && !wreck.isReset)
    #expect(try mock.pfop() == 2)
  }

  /// Content-Length tells of all 19 octets, then comes FIN.
  func isCut(_ example: Example, body expected: String) throws {
    let mock = try example.serve()
    let wreck = try mock.wreck()
    let (head, body) = try headAndBody(wreck.octets)
    #expect(head.hasPrefix("HTTP/1.1 200 ") && head.contains("\r\nContent-Length: 19"))
    #expect(body == expected && !wreck.isReset)
    #expect(try mock.pfop() == 2)
    #expect(try mock.status(1)["code"] as? Int == 0)
  }

  /// The first two answers, on one connection.
  private func twoAnswers(_ example: Example) throws -> (MockServer, RawResponse, RawResponse) {
    let mock = try example.serve()
    let client = try mock.connect()
    try client.send(PfopText().request() + PfopText().request())
    return (mock, try client.readResponse(), try client.readResponse())
  }

  func missingReqid() throws {
    let (_, odd, usual) = try twoAnswers(.missingReqid)
    #expect(odd.text == #"{"persistentId": 1}"# && usual.text == #"{"persistentId": 2}"#)
    #expect(!odd.fields.contains { ["x-reqid", "x-log"].contains($0.name.lowercased()) })
    #expect(usual["X-Reqid"] != nil && usual["X-Log"] != nil)
  }

  func wrongContentType() throws {
    let (_, odd, usual) = try twoAnswers(.wrongContentType)
    #expect(odd.text == #"{"persistentId": 1}"# && usual.text == #"{"persistentId": 2}"#)
    #expect(odd["Content-Type"] == "text/html" && usual["Content-Type"] == "application/json")
  }

  func invalidJSON() throws {
    let (_, odd, usual) = try twoAnswers(.invalidJSON)
    #expect(odd.text == #"{"persist"# && odd["Content-Length"] == "9")
    #expect(usual.text == #"{"persistentId": 2}"#)
  }

  func persistentIdAsFloat() throws {
    let (mock, odd, usual) = try twoAnswers(.persistentIdAsFloat)
    #expect(odd.text == #"{"persistentId": 1.0}"# && odd["Content-Length"] == "21")
    #expect(usual.text == #"{"persistentId": 2}"#)
    #expect(try mock.status(1)["id"] as? Int == 1)
  }

  func duplicateResponse() throws {
    let mock = try Example.duplicateResponse.serve()
    let wreck = try mock.wreck()
    let answers = try RawResponse.parseAll(wreck.octets)
    #expect(answers.map(\.text) == [#"{"persistentId": 1}"#, #"{"persistentId": 1}"#] && answers[0] == answers[1])
    #expect(!wreck.isReset)
    #expect(try mock.pfop() == 2)
  }

  func earlyNotification() throws {
    let mock = try Example.earlyNotification.serve()
    let receiver = try Receiver()
    let id = try mock.pfop { $0.with("notifyURL", receiver.url) }
    #expect(receiver.requests.map { $0.body.hasPrefix("{\"id\": \(id), \"code\": 0, ") } == [true])
    #expect(try mock.status(id)["code"] as? Int == 0)

    // While one has the notification and does not say so, the other waits.
    let slow = try RawListener()
    let client = try mock.connect()
    try client.send(PfopText().with("notifyURL", "http://127.0.0.1:\(slow.port)/").request())
    let peer = try slow.accept()
    try peer.receiveMore()
    #expect(!client.hasMore())
    peer.leave()
    #expect(try client.readResponse().text == #"{"persistentId": 2}"#)
  }

  func duplicateNotification() throws {
    let receiver = try Receiver()
    let mock = try Example.duplicateNotification.serve { $0.clock = .manual }
    let id = try mock.pfop { $0.with("notifyURL", receiver.url) }
    try mock.advance("1h")
    #expect(receiver.requests.count == 2)
    #expect(Set(receiver.requests.map(\.body)).count == 1)
    #expect(try mock.deliveries().map { $0["outcome"] as? String } == ["delivered", "delivered"])
    #expect(try mock.status(id)["code"] as? Int == 0)
  }

  func lateNotification() throws {
    let receiver = try Receiver()
    let mock = try Example.lateNotification.serve { $0.clock = .manual }
    let id = try mock.pfop { $0.with("notifyURL", receiver.url) }
    try mock.advance("59999ms")
    #expect(receiver.requests.isEmpty)
    #expect(try mock.status(id)["code"] as? Int == 0)
    try mock.advance("1ms")
    #expect(receiver.requests.count == 1)
  }

  func answerLost() throws {
    let mock = try Example.answerLost.serve()
    let wreck = try mock.wreck()
    #expect(wreck.octets.isEmpty && !wreck.isReset)
    #expect(try mock.pfop() == 2)
    #expect(try mock.status(1)["code"] as? Int == 0)
  }
}

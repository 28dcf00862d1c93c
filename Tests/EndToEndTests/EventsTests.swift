import Foundation
import Glibc
import PfopMock
import TestSupport
import Testing

/// `GET events`, through sockets.
struct EventsTests {
  private struct Event: Equatable {
    var id: Int?
    var kind: String
    var data: [String: String]
  }

  /// A client that listens.
  private final class Listener {
    let client: RawClient
    private var text: [UInt8] = []

    init(_ mock: MockServer, _ target: String = "/__admin/events", _ fields: String = "") throws {
      client = try mock.connect()
      try client.send("GET \(target) HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n")
      let head = try line(of: { try self.client.read(1) })
      #expect(head == "HTTP/1.1 200 OK")
      var names: [String] = []
      while case let field = try line(of: { try self.client.read(1) }), !field.isEmpty { names.append(field) }
      #expect(names.contains("Content-Type: text/event-stream"))
      #expect(names.contains("Transfer-Encoding: chunked"))
    }

    private func line(of next: () throws -> [UInt8]) throws -> String {
      var line: [UInt8] = []
      while line.suffix(2) != [13, 10] { line += try next() }
      return String(decoding: line.dropLast(2), as: UTF8.self)
    }

    /// The next block of lines: an event, or a comment.
    func nextBlock() throws -> String {
      while true {
        if let end = text.indices.dropLast().first(where: { text[$0] == 10 && text[$0 + 1] == 10 }) {
          defer { text.removeFirst(end + 2) }
          return String(decoding: text[..<end], as: UTF8.self)
        }
        let size = try #require(Int(try line(of: { try self.client.read(1) }), radix: 16))
        #expect(size > 0, "the stream has ended")
        text += try client.read(size)
        #expect(try client.read(2) == [13, 10])
      }
    }

    func next() throws -> Event {
      while true {
        let lines = try nextBlock().split(separator: "\n").map(String.init)
        if lines.allSatisfy({ $0.hasPrefix(":") }) { continue }
        func value(_ name: String) -> String? {
          lines.first { $0.hasPrefix(name + ": ") }.map { String($0.dropFirst(name.count + 2)) }
        }
        let data = try #require(value("data"))
        let object = try #require(JSONSerialization.jsonObject(with: Data(data.utf8)) as? [String: Any])
        return Event(
          id: value("id").flatMap { Int($0) }, kind: value("event") ?? "", data: object.mapValues { "\($0)" })
      }
    }
  }

  @Test(arguments: Transport.allCases)
  func requestsJobsAndNotificationsAreToldAsTheyHappen(over transport: Transport) throws {
    let receiver = try Receiver()
    let mock = try MockServer(
      yaml: "buckets: { sluggish: { keys: [k], job: { waiting: 1s, processing: 1s } } }", over: transport
    ) { $0.clock = .manual }
    let listener = try Listener(mock)
    let id = try mock.pfop { $0.with("bucket", "sluggish").with("key", "k").with("notifyURL", receiver.url) }
    let made = [try listener.next(), try listener.next()]
    #expect(made.map(\.id) == [1, 2])
    #expect(made.map(\.kind) == ["job", "request"])
    #expect(made[0].data["phase"] == "waiting" && made[0].data["key"] == "k" && made[0].data["id"] == "\(id)")
    #expect(made[1].data["status"] == "200" && made[1].data["target"] == "/pfop" && made[1].data["id"] == "\(id)")
    try mock.advance("5s")
    let events = try (0..<4).map { _ in try listener.next() }
    #expect(events.map(\.kind) == ["job", "job", "notification", "notification"])
    #expect(events.prefix(2).map { $0.data["phase"] } == ["processing", "finished"])
    #expect(events.suffix(2).map { $0.data["outcome"] } == ["underWay", "delivered"])
    #expect(events.map(\.id) == [3, 4, 5, 6])
    // Looking is no request.
    _ = try mock.answer(to: "GET /__admin/jobs HTTP/1.1\r\nHost: localhost\r\n\r\n")
    _ = try mock.answer(to: "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try listener.next().data["target"] == "/nothing")
  }

  @Test(arguments: Transport.allCases)
  func whoComesBackIsToldWhatHeHasMissed(over transport: Transport) throws {
    let mock = try MockServer(over: transport)
    let listener = try Listener(mock)
    try ask(mock, "/1")
    #expect(try listener.next().data["target"] == "/1")
    listener.client.leave()
    for target in ["/2", "/3"] { try ask(mock, target) }
    for (target, fields) in [
      ("/__admin/events", "Last-Event-ID: 1\r\n"), ("/__admin/events?since=1", ""),
      ("/__admin/events?since=0", "last-event-id: 1\r\n"),
    ] {
      let back = try Listener(mock, target, fields)
      #expect(try [back.next(), back.next()].map { $0.data["target"] } == ["/2", "/3"])
    }
    let all = try Listener(mock, "/__admin/events?since=0")
    #expect(try all.next().id == 1)
    let stranger = try Listener(mock, "/__admin/events?since=1000")
    let dropped = try stranger.next()
    #expect(dropped.kind == "dropped" && dropped.id == nil)
    #expect(dropped.data == ["after": "1000", "next": "1", "count": "<null>"])
    #expect(try stranger.next().id == 1)
  }

  private func ask(_ mock: MockServer, count: Int) throws {
    let client = try mock.connect()
    for _ in 0..<count / 100 {
      try client.send(String(repeating: "GET /x HTTP/1.1\r\nHost: a\r\n\r\n", count: 100))
      for _ in 0..<100 { _ = try client.readResponse() }
    }
  }

  @Test func whatHasLeftTheRingIsToldAsDropped() throws {
    let mock = try MockServer { $0.journalCapacity = 100 }
    _ = try Listener(mock).nextBlock()
    let (count, kept) = (17_000, 16_384)
    try ask(mock, count: count)
    let listener = try Listener(mock, "/__admin/events?since=7")
    #expect(
      try listener.next().data == ["after": "7", "next": "\(count - kept + 1)", "count": "\(count - kept - 7)"])
    // All that is remembered, in order and without a gap; of what has left the journal no more than its number.
    for id in count - kept + 1...count {
      let event = try listener.next()
      #expect(event.id == id && event.data["number"] == "\(id - 1)")
      #expect((event.data.count > 1) == (id > count - 100))
    }
  }

  /// What he was sent lies in the sockets; what does not fit in there is not kept for him.
  @Test func whoReadsLateIsToldWhatWasDroppedForHim() throws {
    // However long the requests take here, he is not cut off meanwhile.
    let mock = try MockServer { $0.limits.sendDeadline = 3_600_000 }
    let slow = try Listener(mock)
    let target = "/" + String(repeating: "x", count: 3000)
    let quick = try mock.connect()
    let requests = String(repeating: "GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n", count: 50)
    for _ in 0..<500 {
      try quick.send(requests)
      for _ in 0..<50 { #expect(try quick.readResponse().status == 404) }
    }
    var last = 0
    var dropped = 0
    while last < 25_000 {
      let event = try slow.next()
      if event.kind == "dropped" {
        #expect(event.data["after"] == "\(last)")
        let count = try #require(event.data["count"].flatMap { Int($0) })
        dropped += count
        last += count
      } else {
        #expect(event.id == last + 1)
        last += 1
      }
    }
    #expect(dropped > 0)
  }

  @Test func whoTakesNothingIsCutOff() throws {
    let mock = try MockServer { $0.limits.sendDeadline = 20 }
    let slow = try Listener(mock)
    let quick = try mock.connect()
    let target = "/" + String(repeating: "x", count: 3000)
    while try listenerCount(mock) > 0 {
      try quick.send("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try quick.readResponse().status == 404)
    }
    slow.client.leave()
  }

  @Test func thereAreNoMoreThanThereMayBe() throws {
    let mock = try MockServer()
    let listeners = try (0..<64).map { _ in try Listener(mock) }
    let refused = try mock.answer(to: "GET /__admin/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    #expect(refused.status == 503)
    #expect(refused.text.contains("allowed: 64 at a time"))
    listeners[0].client.leave()
    while try listenerCount(mock) == 64 {}
    _ = try Listener(mock).nextBlock()
  }

  @Test(arguments: Transport.allCases)
  func somethingIsHeardNowAndThen(over transport: Transport) throws {
    let mock = try MockServer(over: transport) { $0.eventHeartbeat = 10 }
    let listener = try Listener(mock)
    #expect(try (0..<3).map { _ in try listener.nextBlock() } == [": listening", ": still here", ": still here"])
  }

  @Test(arguments: Transport.allCases)
  func aStopEndsTheStreamProperlyAndDoesNotWait(over transport: Transport) throws {
    let mock = try MockServer(over: transport)
    let listener = try Listener(mock)
    #expect(try listener.nextBlock() == ": listening")
    // Whatever he was sent has been taken once he is told of something that came behind it.
    try ask(mock, "/1")
    _ = try listener.next()
    while try mock.metric("pfop_mock_event_listeners") != 1 {}
    mock.server.stop(grace: .seconds(60))
    let rest = try listener.client.readToEnd()
    #expect(rest.isEmpty || rest == Array("0\r\n\r\n".utf8))
  }

  @Test func noSecretIsTold() throws {
    let mock = try MockServer()
    let secret = "a-secret-of-later-times"
    #expect(try mock.call("PUT", "accounts/late", #"{"secretKey": "\#(secret)"}"#).status == 200)
    let listener = try Listener(mock)
    _ = try mock.answer(to: PfopText().with("key", secret).request())
    #expect(try listener.next().data["key"] == String(repeating: "*", count: secret.utf8.count))
  }

  @Test func anOldClientGetsItWithoutChunks() throws {
    let mock = try MockServer()
    let client = try mock.connect()
    try client.send("GET /__admin/events HTTP/1.0\r\n\r\n")
    let expected = "Connection: close\r\n\r\n: listening\n\n"
    var text = ""
    while !text.hasSuffix(expected) { text += String(decoding: try client.read(1), as: UTF8.self) }
    #expect(!text.contains("chunked"))
  }

  @Test func HEADIsToldTheTypeAlone() throws {
    let mock = try MockServer()
    let client = try mock.connect()
    try client.send("HEAD /__admin/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    #expect(try client.readResponse(toHead: true)["Content-Type"] == "text/event-stream")
    try client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try client.readResponse().status == 404)
  }

  @Test(arguments: ["?since=-1", "?since=x", "?x=1"])
  func aQueryThatIsNoneIsRefused(query: String) throws {
    #expect(
      try MockServer().answer(to: "GET /__admin/events\(query) HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 400)
  }

  @Test func aLastEventIDOfSomebodyElseIsRefused() throws {
    let answer = try MockServer().answer(
      to: "GET /__admin/events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: abc\r\n\r\n")
    #expect(answer.status == 400 && answer.text.contains("Last-Event-ID"))
  }

  private func ask(_ mock: MockServer, _ target: String) throws {
    _ = try mock.answer(to: "GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
  }

  private func listenerCount(_ mock: MockServer) throws -> Double { try mock.metric("pfop_mock_event_listeners") }
}

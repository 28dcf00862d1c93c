import Foundation
import HTTPServer
import PfopMock
import TestSupport
import Testing

@Suite(.overEachTransport)
struct NotificationTests {
  private func pfop(_ mock: MockServer, _ url: String) throws -> Int { try mock.pfop { $0.with("notifyURL", url) } }

  @Test func theResultIsToldOnceWithTheStatusBody() throws {
    let receiver = try Receiver()
    let mock = try MockServer { $0.clock = .manual }
    let id = try pfop(mock, receiver.url + "?a=b")
    try mock.advance("0")
    #expect(receiver.requests.map(\.target) == ["/done?a=b"])
    let status = try mock.answer(to: "GET /status/get/prefop?id=\(id) HTTP/1.1\r\nHost: a\r\n\r\n").text
    #expect(receiver.requests.map(\.body) == [status])
    try mock.advance("1h")
    #expect(receiver.requests.count == 1)
    let delivery = try mock.deliveries()[0]
    #expect(delivery["outcome"] as? String == "delivered" && delivery["status"] as? Int == 200)
    #expect(delivery["answer"] as? String == "seen")
    #expect(delivery["address"] as? String == "127.0.0.1:\(receiver.port)")
    let sent = try #require(delivery["sent"] as? [String: Any])
    #expect(sent["body"] as? String == status)
    #expect(
      (sent["head"] as? String)?.hasPrefix("POST /done?a=b HTTP/1.1\r\nHost: 127.0.0.1:\(receiver.port)\r\n") == true)
  }

  @Test func onARunningClockItComesByItself() throws {
    let receiver = try Receiver()
    let mock = try MockServer(yaml: "buckets: { sluggish: { keys: [k], job: { waiting: 20ms, processing: 20ms } } }")
    let id = try mock.pfop { $0.with("bucket", "sluggish").with("key", "k").with("notifyURL", receiver.url) }
    #expect(try mock.admin("jobs/wait", "{\"ids\": [\(id)], \"within\": \"30s\"}").status == 200)
    #expect(receiver.requests.count == 1)
    #expect(try mock.status(id)["code"] as? Int == 0)
  }

  /// Also on a running clock: the waits are real, so they are short here.
  @Test func aReceiverThatComesToItsSensesIsTriedUntilThen() throws {
    let receiver = try Receiver([500, 302, 404, 204])
    let mock = try MockServer { $0.notifyBackoff = .milliseconds(5) }
    let id = try pfop(mock, receiver.url)
    #expect(try mock.admin("jobs/wait", "{\"ids\": [\(id)], \"within\": \"30s\"}").status == 200)
    // A redirect is not followed: it could lead to anybody.
    #expect(receiver.requests.map(\.target) == Array(repeating: "/done", count: 4))
    #expect(try mock.deliveries().map { $0["status"] as? Int } == [500, 302, 404, 204])
    #expect(try mock.status(id)["code"] as? Int == 0)
  }

  @Test func noAnswerIsToldApartFromNobodyThere() throws {
    let receiver = try Receiver([Receiver.silence])
    let gone = try Receiver()
    let nobody = gone.url
    gone.stop()
    let mock = try MockServer {
      $0.clock = .manual
      $0.notifyTries = 1
      $0.notifyDeadline = .milliseconds(60)
    }
    let ids = [try pfop(mock, receiver.url), try pfop(mock, nobody), try pfop(mock, "http://no-such-host.invalid/")]
    try mock.advance("0")
    var reasons: [Int: String] = [:]
    for delivery in try mock.deliveries() {
      reasons[try #require(delivery["id"] as? Int)] = delivery["reason"] as? String
    }
    #expect(reasons[ids[0]] == "connected and sent, but no answer in 60 ms")
    #expect(reasons[ids[1]] == "not connected: connect: Connection refused")
    #expect(reasons[ids[2]]?.hasPrefix("cannot resolve the host no-such-host.invalid: ") == true)
    for id in ids { #expect(try mock.status(id)["code"] as? Int == 4) }
  }

  // MARK: - Strangers

  /// `127.0.0.1` and `192.0.2.1` in the forms that resolvers take.
  @Test(arguments: [
    ("127.0.0.1", true), ("2130706433", true), ("0x7f000001", true), ("127.1", true), ("[::ffff:127.0.0.1]", true),
    ("localhost", true), ("192.0.2.1", false), ("3221225985", false), ("0xC0000201", false), ("0300.0.2.1", false),
    ("[::ffff:192.0.2.1]", false), ("[2001:db8::1]", false), ("0.0.0.0", false), ("[::]", false),
  ])
  func whatCountsIsWhereAnAddressLeads(_ host: String, _ isCalled: Bool) throws {
    let receiver = try Receiver()
    let mock = try MockServer { $0.clock = .manual }
    let id = try pfop(mock, "http://\(host):\(receiver.port)/done")
    try mock.advance("0")
    let delivery = try mock.deliveries()[0]
    #expect(receiver.requests.count == (isCalled ? 1 : 0))
    #expect(delivery["outcome"] as? String == (isCalled ? "delivered" : "suppressed"), "\(delivery)")
    #expect(try mock.status(id)["code"] as? Int == 0)
    if !isCalled {
      let reason = try #require(delivery["reason"] as? String)
      #expect(reason.contains("--notify-allow"))
      #expect(delivery["address"] as? String == "")
    }
  }

  @Test func ofANamesAddressesOnlyTheAllowedOnesAreCalled() throws {
    let receiver = try Receiver()
    let mock = try MockServer { configuration in
      configuration.clock = .manual
      configuration.resolve = { host, port throws(ServerError) in
        var addresses: [SocketAddress] = []
        for name in host == "mixed.example" ? ["192.0.2.1", "2001:db8::1", "127.0.0.1"] : ["192.0.2.1", "192.0.2.2"] {
          addresses += try SocketAddress.resolve(host: name, port: port)
        }
        return addresses
      }
    }
    _ = try pfop(mock, "http://mixed.example:\(receiver.port)/")
    _ = try pfop(mock, "http://strange.example:\(receiver.port)/")
    try mock.advance("0")
    let deliveries = try mock.deliveries()
    #expect(receiver.requests.count == 1)
    #expect(deliveries.compactMap { $0["outcome"] as? String }.sorted() == ["delivered", "suppressed"])
    let suppressed = try #require(deliveries.first { $0["outcome"] as? String == "suppressed" })
    #expect(
      suppressed["reason"] as? String
        == "strange.example is 192.0.2.1, 192.0.2.2: not loopback; --notify-allow strange.example would allow it")
  }

  @Test func strangersThatAreKnownAreNotWaitedFor() throws {
    let mock = try MockServer(
      yaml: "buckets: { sluggish: { keys: [k], job: { waiting: 1s, processing: 1s } } }"
    ) { $0.clock = .manual }
    let url = "http://192.0.2.1/done"
    for number in 0..<5 {
      _ = try pfop(mock, url + "?\(number)")
      #expect(try mock.admin("jobs/wait", "{}").status == 200)
    }
    for _ in 0..<4 { _ = try mock.pfop { $0.with("bucket", "sluggish").with("key", "k").with("notifyURL", url) } }
    let answer = try mock.admin("clock/advance", #"{"by": "1h"}"#)
    #expect(try answer.json["deliveries"] as? Int == 4)
    let deliveries = try mock.deliveries()
    #expect(deliveries.map { $0["id"] as? Int } == Array(1...9))
    #expect(Set(deliveries.map { $0["outcome"] as? String }) == ["suppressed"])
    #expect(
      Set(deliveries.map { $0["reason"] as? String }) == [
        "192.0.2.1 is 192.0.2.1: not loopback; --notify-allow 192.0.2.1 would allow it"
      ])
  }

  @Test(arguments: ["mixed.example", "192.0.2.0/24", "*"])
  func whatIsAllowedIsCalled(_ allowed: String) throws {
    let receiver = try Receiver()
    let mock = try MockServer { configuration in
      configuration.clock = .manual
      configuration.notifyAllowed = [allowed]
      configuration.notifyTries = 1
      configuration.notifyDeadline = .milliseconds(40)
      // An address of documentation (RFC 5737): nobody is there.
      configuration.resolve = { _, port throws(ServerError) in try SocketAddress.resolve(host: "192.0.2.1", port: port)
      }
    }
    _ = try pfop(mock, "http://mixed.example:\(receiver.port)/")
    try mock.advance("0")
    let delivery = try mock.deliveries()[0]
    #expect(delivery["outcome"] as? String == "failed")
    #expect(delivery["address"] as? String == "192.0.2.1:\(receiver.port)")
  }

  // MARK: - Many

  @Test func nothingIsLostWhenThousandsAreDueAtOnce() throws {
    let count = 3000
    let receiver = try Receiver()
    let mock = try MockServer(yaml: "buckets: { sluggish: { keys: [k], job: { processing: 5s } } }") {
      $0.clock = .manual
    }
    let client = try mock.connect()
    let request = try PfopText().with("bucket", "sluggish").with("key", "k").with("notifyURL", receiver.url).request()
    for _ in 0..<count / 100 {
      try client.send(String(repeating: request, count: 100))
      for _ in 0..<100 { #expect(try client.readResponse().status == 200) }
    }
    let answer = try mock.admin("clock/advance", "{\"by\": \"5s\"}")
    #expect(try answer.json["deliveries"] as? Int == count)
    let ids = try receiver.requests.map { request in
      try #require(JSONSerialization.jsonObject(with: Data(request.body.utf8)) as? [String: Any])["id"] as? Int ?? 0
    }
    #expect(ids.sorted() == Array(1...count))
    let first = try mock.deliveries()
    #expect(first.map { $0["id"] as? Int } == Array(1...count))
    #expect(try mock.deliveries("outcome=delivered").count == count)
  }

  /// More of them than are remembered when nothing is sent to them.
  @Test func thousandsOfReceiversDueAtOnceComeToAnOutcomeEach() throws {
    let gone = try Receiver()
    let port = gone.port
    gone.stop()
    let mock = try MockServer(yaml: "buckets: { sluggish: { keys: [k], job: { processing: 5s } } }") {
      $0.clock = .manual
      $0.notifyTries = 1
    }
    let urls = (0..<3000).map { "http://127.1.\($0 % 1500 / 250).\($0 % 250 + 1):\(port)/\($0)" }
    let client = try mock.connect()
    for start in stride(from: 0, to: urls.count, by: 100) {
      let requests = try urls[start..<start + 100].map { url in
        try PfopText().with("bucket", "sluggish").with("key", "k").with("notifyURL", url).request()
      }
      try client.send(requests.joined())
      for _ in requests { #expect(try client.readResponse().status == 200) }
    }
    let answer = try mock.admin("clock/advance", "{\"by\": \"5s\"}")
    #expect(try answer.json["deliveries"] as? Int == urls.count)
    let deliveries = try mock.deliveries("outcome=failed")
    #expect(Set(deliveries.compactMap { $0["id"] as? Int }) == Set(1...urls.count))
    #expect(Set(deliveries.compactMap { $0["address"] as? String }).count == 1500)
  }

  @Test func aSlowReceiverHoldsUpNobodyElse() throws {
    let slow = try Receiver([Receiver.silence])
    let quick = try Receiver()
    let mock = try MockServer { $0.notifyDeadline = .seconds(60) }
    for _ in 0..<100 { _ = try pfop(mock, slow.url) }
    let id = try pfop(mock, quick.url)
    #expect(try mock.admin("jobs/wait", "{\"ids\": [\(id)], \"within\": \"30s\"}").status == 200)
    #expect(quick.requests.count == 1)
    #expect(slow.requests.count <= 32)
  }

  /// All that can be sent at once is connected before the first octet is sent, so more would be waiting by then.
  @Test func manyReceiversTogetherTakeNoMoreDescriptorsThanTheyMay() throws {
    let silent = try RawListener(onEveryAddress: true)
    let mock = try MockServer {
      $0.clock = .manual
      $0.notifyTries = 1
      $0.notifyDeadline = .seconds(60)
      $0.notifyConcurrencyInAll = 4
    }
    let hosts = (1...20).map { "127.0.3.\($0)" }
    for host in hosts { _ = try pfop(mock, "http://\(host):\(silent.port)/") }
    func accept() throws -> RawClient {
      let peer = try silent.accept()
      try peer.receiveMore()
      return peer
    }
    let peers = try (0..<4).map { _ in try accept() }
    #expect(!silent.hasWaiting)
    // As these leave the others get their turn.
    for peer in peers { peer.leave() }
    for _ in 4..<hosts.count { try accept().leave() }
    try mock.advance("0")
    let deliveries = try mock.deliveries()
    #expect(
      deliveries.compactMap { $0["address"] as? String }.sorted() == hosts.map { "\($0):\(silent.port)" }.sorted())
    #expect(deliveries.allSatisfy { $0["outcome"] as? String == "failed" })
  }

  @Test func aRedeliveryIsAnsweredOnceItWasAttempted() throws {
    let receiver = try Receiver([500, 200])
    let mock = try MockServer {
      $0.clock = .manual
      $0.notifyTries = 1
    }
    let id = try pfop(mock, receiver.url)
    try mock.advance("0")
    #expect(try mock.status(id)["code"] as? Int == 4)
    let answer = try mock.admin("notifications/1/redeliver", "")
    #expect(try answer.json["outcome"] as? String == "delivered")
    #expect(try answer.json["attempt"] as? Int == 0)
    #expect(receiver.requests.count == 2)
    #expect(try mock.status(id)["code"] as? Int == 0)
    #expect(try mock.admin("notifications/7/redeliver", "").status == 404)
    #expect(try mock.admin("notifications/x/redeliver", "").status == 400)
  }
}

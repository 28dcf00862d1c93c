import ByteText
import Dispatch
import Guarded
import HTTPServer
import Logging
import TestSupport
import Testing

@testable import PfopMock

/// What a call is given, and how its answer gets back: with calls that there are in these tests only.
struct AdminEndpointTests {
  private static let gate = DispatchSemaphore(value: 0)
  private static let routes = [
    AdminRoute(.get, "slow", "Answer when the gate is opened", description: CallDescription(answers: [])) { _ in
      AdminEndpointTests.gate.wait()
      return .object { $0.member("slow", true) }
    },
    AdminRoute(
      .post, "echo/{name}/end", "Answer with all that came", query: ["q"], description: CallDescription(answers: [])
    ) { request throws(AdminError) -> AdminReply in
      let items = try request.readBody(["items"]) { reader, fields in
        fields["items"].map { reader.items(of: $0, allowed: "a list") }?.compactMap {
          reader.text($0, allowed: "a text")
        }
      }
      return .object { writer in
        writer.member("name", request.parameter("name"))
        writer.member("q", request.query["q"] ?? "none")
        writer.member("items", items?.joined(separator: ",") ?? "none")
      }
    },
    AdminRoute(.get, "late/{name}", "Answer on another thread", description: CallDescription(answers: [])) {
      request throws(AdminError) -> AdminReply in
      let name = request.parameter("name")
      let late = request.lateAnswer
      if name == "never" { throw .refused(status: 409, "never") }
      DispatchQueue(label: "late").async {
        late.send(.failure(404, name, diagnosis: "late"))
        late.send(.failure(404, "twice"))
      }
      return .later
    },
  ]

  private func withServer(_ body: (RawClient) throws -> Void) throws {
    try withPort { try body(RawClient(port: $0)) }
  }

  private func withPort(_ body: (UInt16) throws -> Void) throws {
    let desk = try AnswerDesk(loops: 1)
    let log = RequestLog(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, showsAccepted: false)
    let core = try MockCore(
      configuration: Configuration(), fixture: try FixtureSource(paths: []).load(), log: log, desk: desk,
      backstage: try BackstageDoor())
    let address = try SocketAddress(host: "127.0.0.1", port: 0)
    let server = try HTTPServer(address: address, desk: desk, limits: ServerLimits()) { loop, addresses in
      try MockHandler(core: core, loop: loop, addresses: addresses, adminRoutes: AdminEndpointTests.routes)
    }
    defer { server.stop(graceMilliseconds: 0) }
    try body(server.address.port)
  }

  private func get(_ path: String, _ fields: String = "") -> String {
    "GET /__admin/\(path) HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n"
  }

  /// - Parameter type: as curl says with -d unless told otherwise.
  private func post(_ path: String, _ body: String, type: String = "application/x-www-form-urlencoded") -> String {
    "POST /__admin/\(path) HTTP/1.1\r\nHost: localhost\r\nContent-Type: \(type)\r\n"
      + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  @Test(arguments: [
    ("echo/a/end", "", 200, #"{"name": "a", "q": "none", "items": "none"}"#),
    ("echo/a%2Fb+c/end?q=x+y", "{}", 200, #"{"name": "a/b+c", "q": "x y", "items": "none"}"#),
    ("echo/a/end", #"{"items": ["1", "x"]}"#, 200, #"{"name": "a", "q": "none", "items": "1,x"}"#),
    (
      "echo/a/end", #"{"items": ["1", {}]}"#, 400,
      #"{"code": 400, "error": "a mapping where a text belongs; allowed: a text", "field": "items[1]"}"#
    ),
    (
      "echo/a/end?other=1", "", 400,
      #"{"code": 400, "error": "\"other\" is not a query parameter here; allowed: q", "field": "other"}"#
    ),
    ("echo//end", "", 404, #"{"code": 404, "error": "no such admin call: POST /__admin/echo//end"}"#),
  ])
  func aCallIsGivenPathQueryAndBody(path: String, body: String, status: Int, text: String) throws {
    try withServer { client in
      for type in ["application/x-www-form-urlencoded", "application/json"] {
        try client.send(post(path, body, type: type))
        let answer = try client.readResponse()
        #expect(answer.status == status)
        #expect(answer.text == text)
      }
    }
  }

  /// There is one loop.
  @Test func aCallThatTakesLongHoldsUpNobodyElse() throws {
    try withPort { port in
      let client = try RawClient(port: port)
      try client.send(get("slow"))
      let other = try RawClient(port: port)
      try other.send("GET /status/get/prefop?id=1 HTTP/1.1\r\nHost: localhost\r\n\r\n" + post("echo/a/end", ""))
      #expect(try other.readResponse().status == 404)
      #expect(try other.readResponse().status == 200)
      AdminEndpointTests.gate.signal()
      #expect(try client.readResponse().text == #"{"slow": true}"#)
    }
  }

  @Test func aLateAnswerIsFramedAsTheOthers() throws {
    try withServer { client in
      let head = get("late/b").replacing("GET", with: "HEAD", maxReplacements: 1)
      try client.send(get("late/a") + head + get("late/never") + post("echo/a/end", ""))
      let answer = try client.readResponse()
      #expect(answer.text == #"{"code": 404, "error": "a"}"#)
      #expect(answer["X-Reqid"]?.count == 16)
      #expect(answer["X-Mock-Diagnosis"] == "late")
      #expect(answer["Date"]?.hasSuffix(" GMT") == true)
      #expect(answer["Connection"] == nil)
      let headAnswer = try client.readResponse(toHead: true)
      #expect(headAnswer["Content-Length"] == answer["Content-Length"])
      #expect(headAnswer["X-Reqid"] != answer["X-Reqid"])
      #expect(try client.readResponse().status == 409)
      #expect(try client.readResponse().status == 200)
      try client.send(get("late/c", "Connection: close\r\n"))
      let last = try client.readResponse()
      #expect(last.text.contains("c"))
      #expect(last["Connection"] == "close")
      #expect(try client.readToEnd().isEmpty)
    }
  }

  @Test func anHTTP10ClientIsToldThatItsConnectionStays() throws {
    try withServer { client in
      for _ in 0..<2 {
        try client.send("GET /__admin/late/a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        #expect(try client.readResponse()["Connection"] == "keep-alive")
      }
    }
  }

  @Test func ofManyMistakesTheFirstOnesAreTold() throws {
    let members = (100..<130).map { "\"x\($0)\": 1" }.joined(separator: ", ")
    try withServer { client in
      try client.send(post("echo/a/end", "{\(members)}"))
      let text = try client.readResponse().text
      #expect(text.contains("x119") && !text.contains("x120") && text.contains(" | and 10 more"))
    }
  }
}

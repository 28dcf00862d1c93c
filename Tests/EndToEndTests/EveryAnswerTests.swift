@testable import PfopMock
import TestSupport
import Testing

typealias JournalEntryMark = JournalEntry.AuthorizationMark

/// What the contract says under *Every answer*, on answers of every kind.
struct EveryAnswerTests {
  static let requests: [(String, Int)] = [
    ("GET /status/get/prefop?id=1 HTTP/1.1\r\nHost: x\r\n\r\n", 404),
    ("GET /status/get/prefop HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("POST /pfop HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 401),
    ("GET /pfop HTTP/1.1\r\nHost: x\r\n\r\n", 405),
    ("GET /nix HTTP/1.1\r\nHost: x\r\n\r\n", 404),
    ("GET /regions HTTP/1.1\r\nHost: x\r\n\r\n", 200),
    ("GET /v4/query HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ("GET /stat/bWVkaWE6YQ== HTTP/1.1\r\nHost: x\r\n\r\n", 401),
    ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", 405),
    ("BREW /pfop HTTP/1.1\r\nHost: x\r\n\r\n", 501),
    ("CONNECT api.qiniu.com:443 HTTP/1.1\r\nHost: api.qiniu.com:443\r\n\r\n", 501),
    ("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 200),
    ("OPTIONS /pfop HTTP/1.1\r\nHost: x\r\n\r\n", 200),
    ("GET /__admin/health HTTP/1.1\r\nHost: x\r\n\r\n", 200),
    ("GET /__admin/ready HTTP/1.1\r\nHost: x\r\n\r\n", 200),
    ("GET /__admin/settings HTTP/1.1\r\nHost: localhost\r\n\r\n", 200),
    ("GET /__admin/settings HTTP/1.1\r\nHost: x\r\n\r\n", 403),
    ("GET /__admin/schema HTTP/1.1\r\nHost: localhost\r\n\r\n", 200),
    ("GET /__admin/nix HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
    ("PUT /__admin/ready HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 405),
    ("GET / HTTP/1.1\r\n\r\n", 400),
    ("GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505),
    ("\u{16}\u{3}\u{1}", 400),
    ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", 413),
    ("POST / HTTP/1.1\r\nHost: x\r\nExpect: the-moon\r\n\r\n", 417),
  ]

  @Test(arguments: requests, Transport.allCases)
  func hasWhatSDKsNeed(conversation: (request: String, status: Int), over transport: Transport) throws {
    let (request, status) = conversation
    let mock = try MockServer(over: transport)
    let answer = try mock.answer(to: request)
    #expect(answer.status == status)
    #expect(!answer.reason.isEmpty)
    #expect(answer["Content-Type"] == "application/json")
    #expect(answer["Content-Length"] == "\(answer.body.count)")
    #expect(answer["Date"]?.hasSuffix(" GMT") == true)
    #expect(answer["X-Reqid"]?.count == 16)
    if status >= 400 {
      #expect(answer.text.hasPrefix(#"{"code": \#(status), "error": ""#))
      #expect(answer.text.hasSuffix("\"}"))
    }
  }

  @Test(arguments: Transport.allCases)
  func reqidsAreNeverTheSame(over transport: Transport) throws {
    let mock = try MockServer(over: transport) { $0.loops = 2 }
    var reqids: Set<String> = []
    for _ in 0..<20 {
      let client = try mock.connect()
      try client.send(String(repeating: "GET /nix HTTP/1.1\r\nHost: x\r\n\r\n", count: 50))
      for _ in 0..<50 { reqids.insert(try client.readResponse()["X-Reqid"] ?? "") }
    }
    #expect(reqids.count == 1000)
  }

  @Test(arguments: Transport.allCases)
  func aWrongMethodIsToldTheRightOnes(over transport: Transport) throws {
    let mock = try MockServer(over: transport)
    #expect(try mock.answer(to: "GET /pfop/ HTTP/1.1\r\nHost: x\r\n\r\n")["Allow"] == "POST, OPTIONS")
    #expect(
      try mock.answer(to: "PUT /status/get/prefop HTTP/1.1\r\nHost: x\r\n\r\n")["Allow"]
        == "GET, HEAD, POST, OPTIONS")
  }

  @Test(arguments: Transport.allCases)
  func anUnknownPathIsNamed(over transport: Transport) throws {
    let answer = try MockServer(over: transport).answer(to: "GET /a\"b\\c?secret=1 HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(answer.text == #"{"code": 404, "error": "no such API: GET /a\"b\\\\c"}"#)
  }

  @Test(arguments: Transport.allCases)
  func adminTrafficIsNotInTheJournal(over transport: Transport) throws {
    let mock = try MockServer(over: transport)
    _ = try mock.answer(to: "GET /__admin/health HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(mock.server.journal.isEmpty)
  }

  @Test(arguments: Transport.allCases)
  func anHTTP10ClientGetsItsConnectionKeptOnlyIfItAsks(over transport: Transport) throws {
    let mock = try MockServer(over: transport)
    #expect(try mock.answer(to: "GET /__admin/health HTTP/1.0\r\n\r\n")["Connection"] == "close")
    let client = try mock.connect()
    for _ in 0..<2 {
      try client.send("GET /__admin/health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
      #expect(try client.readResponse()["Connection"] == "keep-alive")
    }
  }

  @Test(arguments: Transport.allCases)
  func aRefusedHEADHasNoContentEither(over transport: Transport) throws {
    let mock = try MockServer(over: transport)
    let client = try mock.connect()
    try client.send("HEAD /nix HTTP/1.1\r\nHost: x\r\n\r\nHEAD /bad HTTP/1.1\r\nHost : x\r\n\r\n")
    for status in [404, 400] {
      let answer = try client.readResponse(toHead: true)
      #expect(answer.status == status)
      #expect(answer["Content-Length"] != "0")
    }
    #expect(try client.readToEnd().isEmpty)
    #expect(mock.server.journal.last?.line.hasPrefix("400 HEAD /bad [framing]") == true)
  }

  /// Whatever else is wrong with it (RFC 9110, section 9.3.2).
  @Test(
    arguments: [
      ("HEAD / HTTP/2.0\r\n\r\n", 505), ("HEAD x HTTP/1.1\r\n\r\n", 400), ("\r\nHEAD / HTTP/1.1 \r\n\r\n", 400),
      ("HEAD /" + String(repeating: "a", count: 16 << 10), 414),
    ], Transport.allCases)
  func aHEADOfWhichNotEvenTheFirstLineIsSoundHasNoContentEither(
    conversation: (request: String, status: Int), over transport: Transport
  ) throws {
    let (request, status) = conversation
    let mock = try MockServer(over: transport)
    let client = try mock.connect()
    try client.send(request)
    let answer = try client.readResponse(toHead: true)
    #expect(answer.status == status)
    #expect(answer["Content-Length"] != "0")
    #expect(try client.readToEnd().isEmpty)
  }

  @Test(arguments: Transport.allCases)
  func optionsOfTheWholeServerMayBeAskedInAbsoluteForm(over transport: Transport) throws {
    let mock = try MockServer(over: transport)
    for target in ["*", "http://api.qiniu.com"] {
      let answer = try mock.answer(to: "OPTIONS \(target) HTTP/1.1\r\nHost: api.qiniu.com\r\n\r\n")
      #expect(answer.status == 200)
      #expect(answer["Allow"] == "GET, HEAD, POST, OPTIONS")
    }
    // With a query it is about a path, which is empty and means "/" (RFC 9112, section 3.2.4).
    let root = try mock.answer(to: "OPTIONS http://api.qiniu.com?a HTTP/1.1\r\nHost: api.qiniu.com\r\n\r\n")
    #expect(root["Allow"] == "POST, OPTIONS")
  }

  @Test(arguments: Transport.allCases)
  func theAbsoluteFormIsForProxies(over transport: Transport) throws {
    let mock = try MockServer(over: transport)
    let request = try PfopText().request().replacing(
      "POST /pfop", with: "POST http://api.qiniu.com/pfop", maxReplacements: 1)
    #expect(try mock.answer(to: request).status == 200)
    #expect(mock.server.journal.last?.target == "http://api.qiniu.com/pfop")
  }

  /// RFC 9112, section 3.2.2. Seen by a signature over the whole URL, which is recognised as a slip.
  @Test(arguments: Transport.allCases)
  func theHostOfTheAbsoluteFormReplacesTheField(over transport: Transport) throws {
    let mock = try MockServer(over: transport)
    let answer = try mock.answer(
      to: "POST http://api.qiniu.com/pfop HTTP/1.1\r\nHost: proxy.example\r\nContent-Length: 0\r\n"
        + "Authorization: QBox \(MockServer.accessKey):mFjjuQv2m0Z86gI5PIjNO0Wax0c=\r\n\r\n")
    #expect(answer.status == 401)
    #expect(answer["X-Mock-Diagnosis"]?.contains(#"signed "http://api.qiniu.com/pfop" in place"#) == true)
  }

  @Test(arguments: Transport.allCases)
  func theShapeOfTheCSDKIsReadAndNoted(over transport: Transport) throws {
    let mock = try MockServer(over: transport)
    let client = try mock.connect()
    let fields = "Host: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n"
    try client.send("GET /status/get/prefop?id=1 HTTP/1.1\r\n\(fields)0\r\n\r\n")
    let answer = try client.readResponse()
    #expect(answer.status == 404)
    #expect(answer["Connection"] == "close")
    #expect(try client.readToEnd().isEmpty)
    #expect(mock.server.journal.last?.remark.contains("C SDK") == true)
    #expect(try mock.answer(to: "POST /pfop HTTP/1.1\r\n\(fields)1\r\nx\r\n0\r\n\r\n").status == 400)
    let strict = try MockServer(over: transport) { $0.limits.strictFraming = true }
    #expect(try strict.answer(to: "GET /status/get/prefop?id=1 HTTP/1.1\r\n\(fields)0\r\n\r\n").status == 400)
  }
}

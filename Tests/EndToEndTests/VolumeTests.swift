import TestSupport
import Testing

struct VolumeTests {
  /// A thousand requests of every kind; every answer depends on what came before.
  private static func requests() throws -> [String] {
    let kinds = [
      try PfopText().request(),
      try PfopText().with("key", "raw/中文 +&=%~*|.mov").request(),
      try PfopText(path: "/pfop/", isChunked: true).request(),
      try PfopText(secretKey: "wrong").request(),
      try PfopText().with("bucket", "nix").request(),
      try PfopText().with("bucket", "flaky-599").request(),
      try PfopText().with("fops", "").request(),
      "GET /status/get/prefop?id=3 HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /nix HTTP/1.1\r\nHost: x\r\n\r\n",
    ]
    return (0..<1000).map { kinds[$0 % kinds.count] }
  }

  private func essence(_ answer: RawResponse) -> String {
    // Dates and reqids are of the moment.
    answer.text.contains("creationDate") ? "\(answer.status)" : "\(answer.status) \(answer.text)"
  }

  @Test(arguments: Transport.allCases)
  func octetByOctetOrInOneSegmentTheAnswersAreTheSame(over transport: Transport) throws {
    let requests = try VolumeTests.requests()
    let expected = try {
      let mock = try MockServer(over: transport)
      let client = try mock.connect()
      return try requests.map { request in
        try client.send(request)
        return essence(try client.readResponse())
      }
    }()
    #expect(expected.count { $0.hasPrefix("200 {\"persistentId\"") } > 400)

    let octetwise = try MockServer(over: transport)
    let slow = try octetwise.connect()
    for (request, answer) in zip(requests, expected) {
      for octet in request.utf8 { try slow.send([octet]) }
      #expect(essence(try slow.readResponse()) == answer)
    }

    let pipelined = try MockServer(over: transport)
    let fast = try pipelined.connect()
    try fast.send(requests.joined())
    for answer in expected { #expect(essence(try fast.readResponse()) == answer) }
  }

  @Test(arguments: Transport.allCases)
  func tenThousandParallelPfopsGetTenThousandIDs(over transport: Transport) throws {
    let answers = try answersInParallel(to: PfopText().request(), connections: 50, each: 200, over: transport)
    #expect(answers.count == 10_000)
    #expect(Set(answers) == Set((1...10_000).map { "{\"persistentId\": \($0)}" }))
  }

  @Test(arguments: Transport.allCases)
  func stepsAreTakenOnceEachHoweverManyAskAtOnce(over transport: Transport) throws {
    let answers = try answersInParallel(
      to: PfopText().with("bucket", "flaky-599").request(), connections: 50, each: 20, over: transport)
    #expect(answers.count { $0.hasPrefix("{\"code\": 599") } == 2)
    #expect(Set(answers.filter { $0.contains("persistentId") }).count == 998)
  }

  private func answersInParallel(
    to request: String, connections: Int, each: Int, over transport: Transport
  ) throws -> [String] {
    let mock = try MockServer(over: transport) { $0.loops = 3 }
    return try mock.responsesInParallel(to: request, connections: connections, each: each).map(\.text)
  }
}

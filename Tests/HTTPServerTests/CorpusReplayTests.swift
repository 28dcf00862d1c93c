import HTTPCore
import TestSupport
import Testing

@testable import HTTPServer

/// Every conversation of `fixtures/http/requests.txt` through real sockets.
struct CorpusReplayTests {
  private let corpus: HTTPCorpus
  private let servers: [Transport: (usual: EchoServer, strict: EchoServer)]

  init() throws {
    corpus = try HTTPCorpus.load()
    var limits = ServerLimits()
    limits.parser.requestLine = corpus.limits.requestLine
    limits.parser.headerBlock = corpus.limits.headerBlock
    limits.parser.fieldCount = corpus.limits.fieldCount
    limits.parser.content = corpus.limits.content
    limits.parser.chunkSizeLine = corpus.limits.chunkSizeLine
    limits.parser.trailerBlock = corpus.limits.trailerBlock
    var strict = limits
    strict.strictFraming = true
    var servers: [Transport: (usual: EchoServer, strict: EchoServer)] = [:]
    for transport in Transport.allCases {
      servers[transport] = (
        try EchoServer(loops: 2, limits: limits, over: transport), try EchoServer(limits: strict, over: transport)
      )
    }
    self.servers = servers
  }

  @Test(arguments: Transport.allCases)
  func whole(over transport: Transport) throws {
    for conversation in corpus.cases { try replay(conversation, transport) { try $0.send(conversation.octets) } }
  }

  @Test(arguments: Transport.allCases)
  func octetByOctet(over transport: Transport) throws {
    for conversation in corpus.cases {
      try replay(conversation, transport) { client in
        for octet in conversation.octets { try client.send([octet]) }
      }
    }
  }

  @Test(arguments: Transport.allCases)
  func cutInTwoAtEveryOctet(over transport: Transport) throws {
    // A connection costs ten times as much over TLS, so each case is cut at every eighth octet there, each beginning at
    // another one.
    let step = transport == .plain ? 1 : 8
    for (index, conversation) in corpus.cases.enumerated() {
      for cut in stride(from: 1 + index % step, to: max(conversation.octets.count, 2), by: step) {
        try replay(conversation, transport) { client in
          try client.send(Array(conversation.octets[..<cut]))
          try client.send(Array(conversation.octets[cut...]))
        }
      }
    }
  }

  /// Plays the client's part and demands exactly the answers that the case names, and the connection's fate.
  private func replay(
    _ conversation: HTTPCase, _ transport: Transport, sending: (RawClient) throws -> Void
  ) throws {
    let (usual, strict) = try #require(servers[transport])
    let client = try (conversation.strictFraming ? strict : usual).connect()
    do {
      try sending(client)
    } catch RawClient.Failure.send {
      // The server has answered and closed while octets that do not count were still being sent.
    }
    for request in conversation.requests {
      let answer = try finalAnswer(client, toHead: request.method == "HEAD")
      #expect(answer.status == 200, "\(conversation)")
      #expect(answer["Connection"] == (request.keepsAlive ? nil : "close"), "\(conversation)")
      if request.method != "HEAD" {
        #expect(answer.body == Array("\(request.method) \(request.target)|".utf8) + request.content, "\(conversation)")
      }
    }
    switch conversation.ending {
    case .refused(let status, _, _):
      let answer = try finalAnswer(client)
      #expect(answer.status == status, "\(conversation)")
      #expect(answer["Connection"] == "close", "\(conversation)")
    case .finished where conversation.staysOpen:
      try client.send("GET /still-open HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try client.readResponse().text == "GET /still-open|", "\(conversation)")
    case .finished, .unfinished:
      break
    }
    client.finishSending()
    #expect(try remainder(client).isEmpty, "\(conversation)")
  }

  private func finalAnswer(_ client: RawClient, toHead: Bool = false) throws -> RawResponse {
    while true {
      let answer = try client.readResponse(toHead: toHead)
      if answer.status != 100 { return answer }
    }
  }

  /// What comes before the connection ends, but for a `100 Continue` to a request that is then cut short.
  private func remainder(_ client: RawClient) throws -> [UInt8] {
    let rest = try client.readToEnd()
    return rest == Array("HTTP/1.1 100 Continue\r\n\r\n".utf8) ? [] : rest
  }
}

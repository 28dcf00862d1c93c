import ByteText
import Dispatch
import Guarded
import HTTPCore
import HTTPServer
import Logging
import TestSupport
import Testing

@testable import PfopMock

/// An answer that is written on another thread than the one that received the request.
struct LateAnswerTests {
  /// Answers everything later, with the request's target.
  private final class Handler: RequestHandler {
    private let core: MockCore
    private let queue = DispatchQueue(label: "late")

    init(core: MockCore) { self.core = core }

    func answer(_ request: borrowing IncomingRequest, to output: inout ByteBuffer) -> WirePlan {
      let request = copy request
      let target = String(decoding: request.head.target.asSent.view(in: request.message), as: UTF8.self)
      var reqid = ByteBuffer()
      reqid.append("0123456789abcdef")
      let late = LateAnswer(to: request, reqid: reqid.view, core: core)
      queue.async { late.send(.failure(404, target, diagnosis: "late")) }
      return .later
    }

    func refuse(_ refusal: Refusal, of request: borrowing IncompleteRequest, to output: inout ByteBuffer) {}
  }

  private func withServer(_ body: (RawClient) throws -> Void) throws {
    let desk = try AnswerDesk(loops: 1)
    let log = RequestLog(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, showsAccepted: false)
    let core = MockCore(
      configuration: Configuration(), fixture: try FixtureSource(paths: []).load(), log: log, desk: desk,
      backstage: try BackstageDoor())
    let address = try SocketAddress(host: "127.0.0.1", port: 0)
    let server = try HTTPServer(address: address, desk: desk, limits: ServerLimits()) { _, _ in Handler(core: core) }
    defer { server.stop(graceMilliseconds: 0) }
    try body(RawClient(port: server.address.port))
  }

  @Test func isFramedAsTheOthers() throws {
    try withServer { client in
      try client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\nHEAD /b HTTP/1.1\r\nHost: x\r\n\r\n")
      let answer = try client.readResponse()
      #expect(answer.text == #"{"code": 404, "error": "/a"}"#)
      #expect(answer["X-Reqid"] == "0123456789abcdef")
      #expect(answer["X-Mock-Diagnosis"] == "late")
      #expect(answer["Date"]?.hasSuffix(" GMT") == true)
      #expect(answer["Connection"] == nil)
      let head = try client.readResponse(toHead: true)
      #expect(head["Content-Length"] == answer["Content-Length"])
      try client.send("GET /c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      let last = try client.readResponse()
      #expect(last.text.contains("/c"))
      #expect(last["Connection"] == "close")
      #expect(try client.readToEnd().isEmpty)
    }
  }

  @Test func anHTTP10ClientIsToldThatItsConnectionStays() throws {
    try withServer { client in
      for _ in 0..<2 {
        try client.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        #expect(try client.readResponse()["Connection"] == "keep-alive")
      }
    }
  }
}

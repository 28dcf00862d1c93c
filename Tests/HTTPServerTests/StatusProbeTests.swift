import HTTPServer
import TestSupport
import Testing

struct StatusProbeTests {
  private func status(_ port: UInt16, within milliseconds: Int64 = 10_000) throws -> Int {
    let address = try SocketAddress(host: "127.0.0.1", port: port)
    return try StatusProbe.status(of: "/x", at: address, authority: "127.0.0.1:\(port)", within: milliseconds)
  }

  @Test func theStatusIsTold() throws {
    let server = try EchoServer()
    #expect(try status(server.server.address.port) == 200)
  }

  @Test func whereNobodyListensThatIsSaid() throws {
    let listener = try RawListener(backlog: nil)
    #expect {
      try status(listener.port)
    } throws: { error in
      if case .unreachable = error as? StatusProbe.Failure { true } else { false }
    }
  }

  @Test func whoNeverAnswersIsNotWaitedForLong() throws {
    let listener = try RawListener()
    #expect(throws: StatusProbe.Failure.tooSlow) { try status(listener.port, within: 20) }
  }
}

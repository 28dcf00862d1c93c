import Foundation
import PfopMock
import TestSupport
import Testing

/// More than a process has room for.
struct ExhaustionTests {
  private static let health = "GET /__admin/health HTTP/1.1\r\nHost: x\r\n\r\n"

  @Test func withoutDescriptorsConnectionsWaitAndAreServedLater() throws {
    let process = try MockProcess(
      ["-c", "ulimit -n 48 && exec \"$0\" --port=0 --loops=1", MockProcess.program], program: "/bin/sh")
    let port = try process.readyPort()
    // The kernel takes all of them; the server has descriptors for some.
    let clients = try (0..<100).map { _ in try RawClient(port: port) }
    for client in clients { try client.send(ExhaustionTests.health) }
    let before = try processorTicks(of: process.pid)
    for client in clients {
      #expect(try client.readResponse().status == 200)
      client.leave()
    }
    // While it waits for descriptors it does not spin: a tick is 10 ms, and the whole takes some pauses of 100 ms.
    #expect(try processorTicks(of: process.pid) - before < 30)
    process.send(SIGTERM)
    #expect(try process.end().code == 0)
  }

  @Test func thousandsOfSlowClientsCostOthersNothing() throws {
    try PfopMockServer.raiseDescriptorLimit()
    let process = try MockProcess(["--port=0", "--loops=1"])
    let port = try process.readyPort()
    let before = try Footprint(of: process.pid, servedAt: port)
    let slow = try (0..<5000).map { _ in
      let client = try RawClient(port: port)
      try client.send("POST /pfop HTTP/1.1\r\nHost: ")
      return client
    }
    let during = try Footprint(of: process.pid, servedAt: port)
    #expect(during.descriptors == before.descriptors + slow.count)
    // Each has a buffer and a parser of its own for its part of a request.
    #expect(during.residentKilobytes - before.residentKilobytes < slow.count * 16)
    for client in slow { client.abort() }
    #expect(try Footprint(of: process.pid, servedAt: port).descriptors == before.descriptors)
    process.send(SIGTERM)
    #expect(try process.end().code == 0)
  }

  @Test func twentyThousandAbortedConnectionsLeaveNothing() throws {
    let process = try MockProcess(["--port=0", "--loops=1"])
    let port = try process.readyPort()
    let request = Array(try PfopText().request().utf8)
    func abortMany(_ count: Int) throws {
      for number in 0..<count {
        let client = try RawClient(port: port)
        try client.send(Array(request.prefix(number % request.count)))
        client.abort()
      }
    }
    try abortMany(2000)
    let before = try Footprint(of: process.pid, servedAt: port)
    try abortMany(20_000)
    let after = try Footprint(of: process.pid, servedAt: port)
    #expect(after.descriptors == before.descriptors)
    #expect(after.residentKilobytes < before.residentKilobytes + 8 << 10)
  }

  /// Each is some 15 KB to the server while it is there.
  @Test func twoThousandConnectionsOverTLSLeaveNothing() throws {
    let process = try MockProcess(
      ["--port=0", "--loops=1", "--log-level=error", "--tls", "--tls-port=0"],
      environment: try AuthorityFolder.environment)
    let (port, tlsPort) = (try process.readyPort(), try process.readyTLSPort())
    let greeting = try RawTLS.greeting()
    func visit(_ count: Int) throws {
      for number in 0..<count {
        if number % 2 == 0 {
          let client = try RawClient(port: tlsPort)
          try client.send(Array(greeting.prefix(number % (greeting.count + 1))))
          number % 4 == 0 ? client.abort() : client.cut()
        } else {
          let client = try RawClient(port: tlsPort, over: .tls)
          try client.send(ExhaustionTests.health)
          if number % 4 == 1 { #expect(try client.readResponse().status == 200) }
          number % 8 < 4 ? client.abort() : client.leave()
        }
      }
    }
    try visit(400)
    let before = try Footprint(of: process.pid, servedAt: port)
    try visit(2000)
    let after = try Footprint(of: process.pid, servedAt: port)
    #expect(after.descriptors == before.descriptors)
    #expect(after.residentKilobytes < before.residentKilobytes + 4 << 10)
    process.send(SIGTERM)
    #expect(try process.end().code == 0)
  }

  @Test func aClientThatAsksMuchAndReadsNothingCostsOneBatch() throws {
    let process = try MockProcess(["--port=0", "--log-level=error"])
    let port = try process.readyPort()
    let client = try RawClient(port: port)
    // Answers of some 300 octets each to requests of 30: they back up, and then requests are no longer read.
    let flood = [UInt8](String(repeating: "GET /nix HTTP/1.1\r\nHost: x\r\n\r\n", count: 20_000).utf8)
    #expect(throws: RawClient.Failure.self) {
      for _ in 0..<1000 { try client.sendWithoutWaiting(flood) }
    }
    #expect(try Footprint.residentKilobytes(of: process.pid) < 200_000)
    let other = try RawClient(port: port)
    try other.send(ExhaustionTests.health)
    #expect(try other.readResponse().status == 200)
  }

  /// Whoever asks for a long list and takes nothing, or goes, has a piece of it made and no more.
  @Test(arguments: ["jobs?limit=10000", "state"])
  func aLongAdminResponseCostsOnePieceForEachClient(path: String) throws {
    let process = try MockProcess([
      "--port=0", "--loops=1", "--log-level=error", "--fixture=\(Checkout.root)/fixtures/permissive.yaml",
    ])
    let port = try process.readyPort()
    let filler = try RawClient(port: port)
    let key = String(repeating: "k", count: 50_000)
    let pfop = try PfopText().with("bucket", "any").with("key", key).with("notifyURL", "http://192.0.2.1/").request()
    for _ in 0..<200 {
      try filler.send(pfop)
      #expect(try filler.readResponse().status == 200)
    }
    let other = try RawClient(port: port)
    let settings = "GET /__admin/settings HTTP/1.1\r\nHost: localhost\r\n\r\n"
    let before = try Footprint.residentKilobytes(of: process.pid)
    let request = "GET /__admin/\(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    // The sockets' buffers take some megabytes for each.
    let idle = try (0..<8).map { _ in
      let client = try RawClient(port: port)
      try client.send(request)
      return client
    }
    for _ in 0..<40 {
      let client = try RawClient(port: port)
      try client.send(request)
      client.leave()
    }
    // Behind all of them in the order in which calls are begun.
    try other.send(settings)
    #expect(try other.readResponse().status == 200)
    // One of them takes all of it after all.
    #expect(try idle[0].readToEnd().count > 10_000_000)
    // As large as it has ever been.
    let growth = try Footprint.peakKilobytes(of: process.pid) - before
    #expect(growth < 24 << 10, "\(growth) KB")
    (idle + [filler]).forEach { $0.leave() }
    let end = ContinuousClock.now + .seconds(10)
    while try openConnections(other) > 1, ContinuousClock.now < end {}
    #expect(try openConnections(other) == 1)
    process.send(SIGTERM)
    #expect(try process.end().code == 0)
  }

  /// How many there are, this one included.
  private func openConnections(_ client: RawClient) throws -> Int {
    try client.send("GET /__admin/metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
    return try client.readResponse().openConnections ?? 0
  }

  private func processorTicks(of pid: pid_t) throws -> Int {
    let stat = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
    let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
    return (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0)
  }
}

import Foundation
import Logging
import PfopMock
import TestSupport
import Testing

/// Servers inside a process that is not their own: as many as one likes, and nothing of them is left when they end.
struct LifecycleTests {
  private static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  /// In a process of its own: others open and close descriptors all the time.
  @Test func aThousandStartsAndStopsLeaveNothingBehind() async {
    await #expect(processExitsWith: .success) {
      // What is allocated once, by us and by the system, has been by then; and so have the threads that Dispatch keeps.
      try LifecycleTests.startAndStop(times: 200)
      let before = try Holdings()
      try LifecycleTests.startAndStop(times: 1000)
      // What belonged to the last one's threads goes when they do, a moment after `stop`.
      let after = try Holdings(awaiting: before.descriptors)
      #expect(after.descriptors <= before.descriptors, "\(before) \(after)")
      // A thread for each loop that stayed would be two thousand. Dispatch keeps some of its own for a while.
      #expect(after.threads <= before.threads + 8, "\(before) \(after)")
      // Eight kilobytes a server, less than the smallest buffers that one has. It was 1.3 MB in all for the first thousand
      // and 0.1 MB for each further one: what the allocator does not give back.
      #expect(after.residentKilobytes < before.residentKilobytes + 8 << 10, "\(before) \(after)")
    }
  }

  /// Each takes its port, serves one request, and stops; every tenth is only dropped, and every tenth fails to start.
  private static func startAndStop(times: Int) throws {
    let taken = try PfopMockServer.start(logger: silent)
    defer { taken.stop(grace: .zero) }
    let request = try PfopText().request()
    for number in 0..<times {
      if number % 10 == 1 {
        var configuration = Configuration()
        configuration.port = taken.port
        #expect(throws: StartFailure.self) { try PfopMockServer.start(configuration, logger: silent) }
        continue
      }
      let server = try PfopMockServer.start(logger: silent)
      let client = try RawClient(port: server.port)
      try client.send(request)
      #expect(try client.readResponse().text == #"{"persistentId": 1}"#)
      if number % 10 > 0 { server.stop(grace: .zero) }
    }
  }

  @Test func serversInOneProcessShareNothing() throws {
    let servers = try (0..<8).map { number in
      var configuration = Configuration()
      configuration.fixtureText = """
        accounts: [{accessKey: ak-\(number), secretKey: sk-\(number)}]
        buckets: {media: {keys: [video.mp4]}}
        """
      configuration.idStart = Int64(100 * number + 1)
      return try PfopMockServer.start(configuration, logger: LifecycleTests.silent)
    }
    defer { for server in servers { server.stop(grace: .zero) } }
    try servers[3].addRule("{when: {bucket: media}, then: {status: 599}}")
    servers[7].stop(grace: .zero)
    for (number, server) in servers.dropLast().enumerated() {
      for account in servers.indices {
        var text = PfopText()
        (text.accessKey, text.secretKey) = ("ak-\(account)", "sk-\(account)")
        let client = try RawClient(port: server.port)
        try client.send(text.request())
        let expected = account == number ? (number == 3 ? 599 : 200) : 401
        #expect(try client.readResponse().status == expected, "account \(account) at server \(number)")
      }
      #expect(try server.requests().count == servers.count)
      let ids = try server.requests("{status: 200}").map(\.persistentID)
      #expect(ids == (number == 3 ? [] : [Int64(100 * number + 1)]))
    }
  }
}

/// What this process holds.
private struct Holdings {
  var descriptors: Int
  var threads: Int
  var residentKilobytes: Int

  init() throws {
    descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
    residentKilobytes = try Footprint.residentKilobytes(of: getpid())
  }

  /// As soon as it holds no more descriptors than that, or in ten seconds.
  init(awaiting descriptors: Int) throws {
    let end = ContinuousClock.now + .seconds(10)
    repeat {
      self = try Holdings()
    } while self.descriptors > descriptors && ContinuousClock.now < end
  }
}

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
      let idle = try Holdings()
      // What is allocated once, by us and by the system, has been by then; and so have the threads that Dispatch keeps.
      try LifecycleTests.startAndStop(times: 200)
      // What belongs to the last server's threads goes when they do, a moment after `stop`: more than 2 MB of memory.
      let before = try Holdings { $0.descriptors <= idle.descriptors && $0.allocatedKilobytes ?? 0 < 2 << 10 }
      try LifecycleTests.startAndStop(times: 1000)
      let after = try Holdings { $0.descriptors <= before.descriptors && $0.growth(since: before) < $0.growthLimit }
      #expect(after.descriptors <= before.descriptors, "\(before) \(after)")
      // A thread for each loop that stayed would be three thousand. Dispatch keeps some of its own for a while.
      #expect(after.threads <= before.threads + 8, "\(before) \(after)")
      #expect(after.growth(since: before) < after.growthLimit, "\(before) \(after)")
    }
  }

  /// Each takes its port, serves one request, and stops; every tenth is only dropped, and every tenth fails to start.
  private static func startAndStop(times: Int) throws {
    var configuration = Configuration()
    // As many threads on any machine: Dispatch keeps memory for each.
    configuration.loops = 2
    let taken = try PfopMockServer.start(configuration, logger: silent)
    defer { taken.stop(grace: .zero) }
    let request = try PfopText().request()
    for number in 0..<times {
      if number % 10 == 1 {
        var refused = configuration
        refused.port = taken.port
        #expect(throws: StartFailure.self) { try PfopMockServer.start(refused, logger: silent) }
        continue
      }
      let server = try PfopMockServer.start(configuration, logger: silent)
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
  /// nil without a sanitizer.
  var allocatedKilobytes: Int?

  init() throws {
    descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
    residentKilobytes = try Footprint.residentKilobytes(of: getpid())
    allocatedKilobytes = Footprint.allocatedKilobytes
  }

  /// As soon as the condition holds, or in ten seconds.
  init(when isAtRest: (Holdings) -> Bool) throws {
    let end = ContinuousClock.now + .seconds(10)
    repeat {
      self = try Holdings()
    } while !isAtRest(self) && ContinuousClock.now < end
  }

  /// Kilobytes of allocated memory if that is counted, of resident memory otherwise.
  func growth(since before: Holdings) -> Int {
    guard let allocatedKilobytes, let earlier = before.allocatedKilobytes else {
      return residentKilobytes - before.residentKilobytes
    }
    return allocatedKilobytes - earlier
  }

  /// Kilobytes for a thousand servers.
  ///
  /// Allocated: one for each. It was 0.2 MB in all: Dispatch keeps up to 1,024 ended work items of 64 bytes a thread.
  /// Resident: eight for each, less than the smallest buffers that one has. It was 1.3 MB in all for the first thousand and
  /// 0.1 MB for each further one: what the allocator does not give back.
  var growthLimit: Int { allocatedKilobytes == nil ? 8 << 10 : 1 << 10 }
}

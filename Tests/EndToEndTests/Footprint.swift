import Foundation
import TestSupport

/// What a process holds while no client is there.
struct Footprint {
  var descriptors: Int
  var residentKilobytes: Int

  init(of pid: pid_t, servedAt port: UInt16) throws {
    var fewest = Int.max
    // A connection that a client has left is closed as soon as its loop comes to it: each request here is a turn of it.
    for _ in 0..<200 {
      let client = try RawClient(port: port)
      try client.send("GET /__admin/health HTTP/1.1\r\nHost: x\r\n\r\n")
      _ = try client.readResponse()
      fewest = min(fewest, try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").count)
    }
    descriptors = fewest
    residentKilobytes = try Footprint.residentKilobytes(of: pid)
  }

  static func residentKilobytes(of pid: pid_t) throws -> Int {
    try status(of: pid).firstMatch(of: /VmRSS:\s+(\d+) kB/).flatMap { Int($0.1) } ?? .max
  }

  /// The most that it has ever held.
  static func peakKilobytes(of pid: pid_t) throws -> Int {
    try status(of: pid).firstMatch(of: /VmHWM:\s+(\d+) kB/).flatMap { Int($0.1) } ?? .max
  }

  private static func status(of pid: pid_t) throws -> String {
    try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
  }

  /// What this process has allocated and not freed; nil without a sanitizer, whose allocator counts it.
  ///
  /// Resident memory says little under a sanitizer: AddressSanitizer gives each thread a second stack of 11 MB, to notice
  /// the use of a variable after its function has returned, which becomes resident as the thread calls functions.
  static var allocatedKilobytes: Int? {
    guard let symbol = dlsym(nil, "__sanitizer_get_current_allocated_bytes") else { return nil }
    return unsafeBitCast(symbol, to: (@convention(c) () -> Int).self)() / 1024
  }
}

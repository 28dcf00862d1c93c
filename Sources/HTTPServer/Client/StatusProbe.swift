import ByteText
import Glibc

/// Asks a server for one path and tells the status: for programs that do nothing else, so it blocks.
package enum StatusProbe {
  package enum Failure: Error, Equatable, CustomStringConvertible {
    case unreachable(SystemError)
    case tooSlow
    /// Something answers, but not with HTTP.
    case notHTTP

    package var description: String {
      switch self {
      case .unreachable(let error): "\(error)"
      case .tooSlow: "no answer in time"
      case .notHTTP: "what answers there does not speak HTTP"
      }
    }
  }

  /// `HTTP/1.1 200`
  private static let statusCount = 12

  /// - Parameters:
  ///   - authority: for the Host field.
  ///   - milliseconds: for all of it together.
  package static func status(
    of path: String, at address: SocketAddress, authority: String, within milliseconds: Int64
  ) throws(Failure) -> Int {
    let end = SystemClock.monotonic + milliseconds * 1_000_000
    let socket = try open(address)
    try wait(for: Int16(POLLOUT), on: socket.number, until: end)
    if let error = Syscall.pendingError(of: socket.number) { throw .unreachable(error) }
    try send(Array("GET \(path) HTTP/1.1\r\nHost: \(authority)\r\nConnection: close\r\n\r\n".utf8), socket.number, end)
    return try readStatus(socket.number, end)
  }

  private static func open(_ address: SocketAddress) throws(Failure) -> Descriptor {
    do throws(SystemError) {
      return Descriptor(owning: try Syscall.connect(to: address))
    } catch {
      throw .unreachable(error)
    }
  }

  private static func send(_ request: [UInt8], _ socket: Int32, _ end: Int64) throws(Failure) {
    var sent = 0
    while sent < request.count {
      try wait(for: Int16(POLLOUT), on: socket, until: end)
      switch request.withUnsafeBytes({ Syscall.send(socket, $0.slice(sent, request.count)) }) {
      case .transferred(let count): sent += count
      case .wouldBlock: continue
      case .ended: throw .notHTTP
      case .failed(let error): throw .unreachable(error)
      }
    }
  }

  private static func readStatus(_ socket: Int32, _ end: Int64) throws(Failure) -> Int {
    var line: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 512)
    while line.count < statusCount {
      try wait(for: Int16(POLLIN), on: socket, until: end)
      switch buffer.withUnsafeMutableBytes({ Syscall.receive(socket, into: $0) }) {
      case .transferred(let count): line += buffer[..<count]
      case .wouldBlock: continue
      case .ended: throw .notHTTP
      case .failed(let error): throw .unreachable(error)
      }
    }
    let text = String(decoding: line[..<statusCount], as: UTF8.self)
    guard text.hasPrefix("HTTP/1."), let status = Int(text.suffix(3)) else { throw .notHTTP }
    return status
  }

  private static func wait(for events: Int16, on socket: Int32, until end: Int64) throws(Failure) {
    var watched = pollfd(fd: socket, events: events, revents: 0)
    // A signal ends the wait early: what is left of it is waited again.
    while case let rest = end - SystemClock.monotonic, rest > 0 {
      if poll(&watched, 1, Int32(clamping: rest / 1_000_000 + 1)) > 0 { return }
    }
    throw .tooSlow
  }
}

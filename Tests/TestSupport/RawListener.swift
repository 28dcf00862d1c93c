import CLinux
import Glibc

/// A port of 127.0.0.1, or of every address of this machine, that others connect to. Nothing is accepted before a test asks for it.
package final class RawListener {
  package let port: UInt16
  private let descriptor: Int32
  /// Connections that are there to take up room.
  private var fillers: [Int32] = []

  /// - Parameters:
  ///   - backlog: how many connections may wait to be accepted; nil for a port that refuses all of them.
  ///   - receiveBuffer: of its connections, in octets: a small one is soon full.
  ///   - onEveryAddress: also of 127.0.0.2 and its like.
  package init(backlog: Int32? = 1024, receiveBuffer: Int32? = nil, onEveryAddress: Bool = false) throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    self.descriptor = descriptor
    RawClient.setDeadlines(of: descriptor)
    if var receiveBuffer {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
    }
    var address = RawClient.loopback(port: 0)
    if onEveryAddress { address.sin_addr.s_addr = INADDR_ANY }
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) | getsockname(descriptor, $0, &size)
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    guard result == 0, backlog.map({ listen(descriptor, $0) }) ?? 0 == 0 else {
      let code = errno
      close(descriptor)
      throw RawClient.Failure.listen(code: code)
    }
  }

  /// A port with so many connections waiting that the kernel leaves further ones without any answer.
  package static func full() throws -> RawListener {
    let listener = try RawListener(backlog: 0)
    var isFull = false
    while !isFull {
      let filler = socket(
        AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
      listener.fillers.append(filler)
      _ = RawClient.connect(filler, port: listener.port)
      // On loopback a connection is there at once or not at all.
      var polled = pollfd(fd: filler, events: Int16(POLLOUT), revents: 0)
      isFull = poll(&polled, 1, 50) == 0
    }
    return listener
  }

  deinit {
    for filler in fillers { close(filler) }
    close(descriptor)
  }

  /// The peer's end of the next connection.
  package func accept() throws -> RawClient {
    let accepted = accept4(descriptor, nil, nil, Int32(SOCK_CLOEXEC.rawValue))
    guard accepted >= 0 else { throw errno == EAGAIN ? RawClient.Failure.timedOut : .listen(code: errno) }
    return RawClient(accepted: accepted)
  }

  /// True if another connection waits to be accepted.
  package var hasWaiting: Bool {
    var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&watched, 1, 0) > 0
  }
}

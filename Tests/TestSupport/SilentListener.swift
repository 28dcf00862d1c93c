import CLinux
import Glibc

/// Listens on every loopback address, takes connections one by one when it is told to, and never answers.
package final class SilentListener {
  package struct Failure: Error {
    package var call: String
    package var code: Int32
  }

  package let port: UInt16
  private let listener: Int32
  private var accepted: [Int32] = []

  package init() throws {
    listener = try SilentListener.check(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0), "socket")
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    try withUnsafeMutablePointer(to: &address) { pointer in
      try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        _ = try SilentListener.check(bind(listener, pointer, length), "bind")
        _ = try SilentListener.check(listen(listener, 1024), "listen")
        _ = try SilentListener.check(getsockname(listener, pointer, &length), "getsockname")
      }
    }
    port = UInt16(bigEndian: address.sin_port)
  }

  deinit {
    for descriptor in accepted + [listener] { close(descriptor) }
  }

  /// Waits for the next connection and for the first octets that come over it.
  package func acceptOne() throws {
    let descriptor = try SilentListener.check(accept(listener, nil, nil), "accept")
    accepted.append(descriptor)
    var byte: UInt8 = 0
    _ = try SilentListener.check(Int32(recv(descriptor, &byte, 1, 0)), "recv")
  }

  /// True if another connection waits to be taken.
  package var hasWaiting: Bool {
    var watched = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
    return poll(&watched, 1, 0) > 0
  }

  private static func check(_ result: Int32, _ call: String) throws -> Int32 {
    if result < 0 { throw Failure(call: call, code: errno) }
    return result
  }
}

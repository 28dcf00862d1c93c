import CLinux
import Glibc

/// A blocking TCP client that sends bytes as they are and waits at most ten seconds for anything.
package final class RawClient {
  package enum Failure: Error, Equatable {
    case connect(code: Int32)
    case send(code: Int32)
    /// The connection ended by RST or another error instead of FIN.
    case receive(code: Int32)
    case timedOut
    case notAResponse(String)
  }

  private let descriptor: Int32
  /// What has come and is not a whole answer yet.
  package private(set) var received: [UInt8] = []
  private var isOpen = true

  /// Connects to 127.0.0.1.
  package init(port: UInt16) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var wait = timeval(tv_sec: 10, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, size)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &wait, size)
    var on: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if result != 0 {
      let code = errno
      close(descriptor)
      isOpen = false
      throw Failure.connect(code: code)
    }
  }

  /// Returns once nobody listens on that port any more. Whatever else a connect may fail with, such as no port of our
  /// own being left, says nothing about the other side.
  package static func awaitRefusal(port: UInt16) throws {
    while true {
      do {
        _ = try RawClient(port: port)
      } catch Failure.connect(code: ECONNREFUSED) {
        return
      } catch Failure.connect {
        continue
      }
    }
  }

  deinit { leave() }

  /// Closes the connection.
  package func leave() {
    if isOpen { close(descriptor) }
    isOpen = false
  }

  /// Closes the connection with RST.
  package func abort() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    leave()
  }

  package func send(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw Failure.send(code: errno) }
      sent += count
    }
  }

  /// Sends as much as fits into the sockets' buffers.
  /// - Throws: `send` with EAGAIN if that is not all.
  package func sendWithoutWaiting(_ bytes: [UInt8]) throws {
    let count = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
    guard count == bytes.count else { throw Failure.send(code: count < 0 ? errno : EAGAIN) }
  }

  package func send(_ text: String) throws { try send(Array(text.utf8)) }

  /// Sends FIN; reading goes on.
  package func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Everything up to the peer's FIN.
  package func readToEnd() throws -> [UInt8] {
    while try readMore() {}
    defer { received = [] }
    return received
  }

  /// The next octets, as they come; none at the peer's FIN.
  package func readPiece() throws -> [UInt8] {
    _ = try readMore()
    defer { received = [] }
    return received
  }

  /// True once there is something to read, be it the connection's end.
  /// - Parameter milliseconds: how long to wait for it at most.
  package func hasMore(within milliseconds: Int32 = 0) -> Bool {
    var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&watched, 1, milliseconds) > 0
  }

  /// The next answer, interim ones (1xx) included.
  /// - Parameter toHead: the request was HEAD, so the answer has no content whatever its fields say.
  package func readResponse(toHead: Bool = false) throws -> RawResponse {
    while true {
      if let (response, length) = try RawResponse.parse(received, toHead: toHead) {
        received.removeFirst(length)
        return response
      }
      guard try readMore() else { throw Failure.notAResponse(String(decoding: received, as: UTF8.self)) }
    }
  }

  private func readMore() throws -> Bool {
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    let count = recv(descriptor, &chunk, chunk.count, 0)
    if count < 0 { throw errno == EAGAIN ? Failure.timedOut : Failure.receive(code: errno) }
    received.append(contentsOf: chunk[..<count])
    return count > 0
  }
}

import ByteText
import CLinux
import Glibc

/// A system call that failed, with the reason the kernel gave.
package struct SystemError: Error, Equatable, CustomStringConvertible {
  package var call: StaticString
  package var code: Int32

  package static func == (left: SystemError, right: SystemError) -> Bool { left.code == right.code }

  package var description: String { "\(call): \(String(cString: strerror(code)))" }
}

/// What reading from or writing to a socket that does not block came to.
enum TransferResult {
  case transferred(Int)
  /// Nothing can be transferred now; epoll tells when.
  case wouldBlock
  /// The peer has finished sending.
  case ended
  case failed(SystemError)
}

/// The one place that reads errno and repeats calls that a signal interrupted.
enum Syscall {
  static func receive(_ socket: Int32, into buffer: UnsafeMutableRawBufferPointer) -> TransferResult {
    receive(socket, into: buffer, flags: 0)
  }

  /// What `receive` would transfer; the next one transfers it again.
  static func peek(_ socket: Int32, into buffer: UnsafeMutableRawBufferPointer) -> TransferResult {
    receive(socket, into: buffer, flags: Int32(MSG_PEEK))
  }

  private static func receive(
    _ socket: Int32, into buffer: UnsafeMutableRawBufferPointer, flags: Int32
  ) -> TransferResult {
    while true {
      let count = recv(socket, buffer.baseAddress, buffer.count, flags)
      if count > 0 { return .transferred(count) }
      if count == 0 { return .ended }
      if let result = refusal("recv") { return result }
    }
  }

  static func send(_ socket: Int32, _ bytes: ByteView) -> TransferResult {
    while true {
      // MSG_NOSIGNAL: a peer that has gone is an error of this call, not a SIGPIPE for the process.
      let count = Glibc.send(socket, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
      if count >= 0 { return .transferred(count) }
      if let result = refusal("send") { return result }
    }
  }

  /// Begins a connection on a new socket that does not block; that it is there, or why not, is told once the socket can
  /// be written to.
  static func connect(to address: SocketAddress) throws(SystemError) -> Int32 {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let socket = try check(Glibc.socket(address.family, type, 0), "socket")
    do throws(SystemError) {
      // Without it the end of a request can wait 40 ms for the peer's delayed ACK.
      try setOption(socket, Int32(IPPROTO_TCP), TCP_NODELAY, to: 1)
      let result = address.connect(socket)
      if result < 0, errno != EINPROGRESS, errno != EINTR { try check(result, "connect") }
      return socket
    } catch {
      close(socket)
      throw error
    }
  }

  /// What has gone wrong on a socket since the last time; nil if nothing has.
  static func pendingError(of socket: Int32) -> SystemError? {
    var code: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    // It can only fail for a descriptor that is no socket.
    _ = getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &size)
    return code == 0 ? nil : SystemError(call: "connect", code: code)
  }

  static func accept(_ listener: Int32) -> AcceptResult {
    while true {
      let descriptor = accept4(listener, nil, nil, Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue))
      if descriptor >= 0 { return .accepted(descriptor) }
      switch errno {
      // ECONNABORTED and the network errors belong to a connection that is gone already (accept(2)).
      case EINTR, ECONNABORTED, EPROTO, ENOPROTOOPT, ENETDOWN, EHOSTDOWN, EHOSTUNREACH, ENETUNREACH, ENONET: continue
      case EAGAIN: return .none
      default: return .failed(SystemError(call: "accept", code: errno))
      }
    }
  }

  enum AcceptResult {
    case accepted(Int32)
    case none
    /// Above all EMFILE, ENFILE, ENOBUFS and ENOMEM: no room now.
    case failed(SystemError)
  }

  /// The result of a call that returns −1 on failure.
  @discardableResult
  static func check(_ result: Int32, _ call: StaticString) throws(SystemError) -> Int32 {
    guard result >= 0 else { throw SystemError(call: call, code: errno) }
    return result
  }

  static func setOption(_ socket: Int32, _ level: Int32, _ name: Int32, to value: Int32) throws(SystemError) {
    var value = value
    try check(setsockopt(socket, level, name, &value, socklen_t(MemoryLayout<Int32>.size)), "setsockopt")
  }

  /// Makes the next `close` of the socket send RST instead of FIN.
  static func resetOnClose(_ socket: Int32) {
    var option = linger(l_onoff: 1, l_linger: 0)
    // It can only fail for a descriptor that is no socket.
    _ = setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }

  private static func refusal(_ call: StaticString) -> TransferResult? {
    switch errno {
    case EINTR: nil
    case EAGAIN: .wouldBlock
    default: .failed(SystemError(call: call, code: errno))
    }
  }
}

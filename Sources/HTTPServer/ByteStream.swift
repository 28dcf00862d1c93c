import ByteText

/// How octets go over a socket.
enum ByteStream {
  case plain(Int32)
  case tls(TLSStream)

  func receive(into buffer: UnsafeMutableRawBufferPointer) -> TransferResult {
    switch self {
    case .plain(let socket): Syscall.receive(socket, into: buffer)
    case .tls(let stream): stream.receive(into: buffer)
    }
  }

  /// - Parameter bytes: not empty.
  func send(_ bytes: ByteView) -> TransferResult {
    switch self {
    case .plain(let socket): Syscall.send(socket, bytes)
    case .tls(let stream): stream.send(bytes)
    }
  }

  /// What a call that would have blocked waits for.
  /// - Parameter direction: the one it was in.
  func awaited(_ direction: Readiness) -> Readiness {
    switch self {
    case .plain: direction
    case .tls(let stream): stream.awaited
    }
  }
}

import Glibc

/// A socket that is listened on.
final class Listener: Sendable {
  /// The port is the real one even if 0 was asked for.
  let address: SocketAddress
  let isTLS: Bool
  /// See `ServerAddresses.side`.
  let isSide: Bool
  private let socket: Descriptor

  /// Binds and listens.
  init(on address: SocketAddress, isTLS: Bool = false, isSide: Bool = false) throws {
    socket = try Listener.listen(on: address)
    self.address = try SocketAddress(boundTo: socket.number)
    self.isTLS = isTLS
    self.isSide = isSide
  }

  var descriptor: Int32 { socket.number }

  /// Refuses new connections at once, while the descriptor stays ours.
  func refuseAll() { _ = shutdown(socket.number, Int32(SHUT_RDWR)) }

  private static func listen(on address: SocketAddress) throws(ServerError) -> Descriptor {
    do throws(SystemError) {
      let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
      let socket = Descriptor(owning: try Syscall.check(Glibc.socket(address.family, type, 0), "socket"))
      // A port whose last connections are in TIME_WAIT can be listened on at once.
      try Syscall.setOption(socket.number, SOL_SOCKET, SO_REUSEADDR, to: 1)
      // Accepted sockets inherit it. Without it an answer can wait 40 ms for the client's delayed ACK.
      try Syscall.setOption(socket.number, Int32(IPPROTO_TCP), TCP_NODELAY, to: 1)
      try address.bind(socket.number)
      try Syscall.check(Glibc.listen(socket.number, 4096), "listen")
      return socket
    } catch {
      throw .cannotListen(address: address.authority, error)
    }
  }
}

/// Where a server is to speak TLS beside plain HTTP, and how.
package struct TLSListening: Sendable {
  package var address: SocketAddress
  package var context: TLSServerContext

  package init(address: SocketAddress, context: TLSServerContext) {
    self.address = address
    self.context = context
  }
}

/// Where a server listens; the ports are the real ones even if 0 was asked for.
package struct ServerAddresses: Sendable {
  package var plain: SocketAddress
  /// Nil if TLS is not spoken.
  package var tls: SocketAddress?
  /// A door of its own for requests of another kind, over plain HTTP; nil if there is none.
  package var side: SocketAddress?

  /// Where clients on this machine reach it.
  package var url: String { "http://\(plain.reachableAuthority)" }
  package var sideURL: String? { side.map { "http://\($0.reachableAuthority)" } }
  package var tlsURL: String? { tls.map { "https://\($0.reachableAuthority)" } }
}

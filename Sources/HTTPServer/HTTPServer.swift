import ByteText
import CLinux
import Dispatch
import Glibc

/// An HTTP/1.1 server on one listening socket: event loops on Dispatch queues, each with its own handler.
package final class HTTPServer: Sendable {
  /// Where it listens; the port is the real one even if 0 was asked for.
  package let address: SocketAddress
  private let listener: Descriptor
  private let desk: AnswerDesk
  private let loops = DispatchGroup()

  /// Binds, listens and starts the loops. When this returns connections are accepted.
  /// - Parameters:
  ///   - desk: its number of loops is how many threads serve; it belongs to this server alone.
  ///   - makeHandler: called once on each loop, with the loop's number and the address it listens on.
  package init(
    address: SocketAddress, desk: AnswerDesk, limits: ServerLimits,
    makeHandler: @escaping @Sendable (Int, SocketAddress) throws -> any RequestHandler
  ) throws {
    listener = try HTTPServer.listen(on: address)
    self.address = try SocketAddress(boundTo: listener.number)
    self.desk = desk
    let budget = ConnectionBudget(limit: limits.connections)
    do {
      for index in desk.mailboxes.indices {
        try startLoop(index, budget: budget, limits: limits, makeHandler: makeHandler)
      }
    } catch {
      stop(graceMilliseconds: 0)
      throw error
    }
  }

  /// The same with a desk of its own, for handlers that answer at once or hand in at `answer(_:with:closes:)`.
  /// - Parameter count: how many threads serve; at least 1.
  package convenience init(
    address: SocketAddress, loops count: Int, limits: ServerLimits,
    makeHandler: @escaping @Sendable (Int, SocketAddress) throws -> any RequestHandler
  ) throws {
    try self.init(address: address, desk: AnswerDesk(loops: count), limits: limits, makeHandler: makeHandler)
  }

  deinit { stop(graceMilliseconds: 0) }

  /// Sends an answer that comes later; see `AnswerDesk`.
  package func answer(_ ticket: AnswerTicket, with bytes: [UInt8], closes: Bool) {
    desk.answer(ticket, with: bytes, closes: closes)
  }

  /// Stops accepting, lets requests under way finish, and returns when every loop has ended.
  /// - Parameter graceMilliseconds: after that long whatever is left is cut off.
  package func stop(graceMilliseconds: Int) {
    for mailbox in desk.mailboxes { mailbox.post(.stop) }
    // A listening socket that is shut down refuses new connections at once, while its descriptor stays ours. After the
    // commands: whoever is refused knows that the loops have been told.
    _ = shutdown(listener.number, Int32(SHUT_RDWR))
    if loops.wait(timeout: .now() + .milliseconds(graceMilliseconds)) == .success { return }
    for mailbox in desk.mailboxes { mailbox.post(.abort) }
    loops.wait()
  }

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

  /// Starts one loop and waits until it is ready.
  private func startLoop(
    _ index: Int, budget: ConnectionBudget, limits: ServerLimits,
    makeHandler: @escaping @Sendable (Int, SocketAddress) throws -> any RequestHandler
  ) throws {
    let started = DispatchSemaphore(value: 0)
    let failure = FirstFailure()
    let (listener, mailbox, address) = (listener.number, desk.mailboxes[index], address)
    DispatchQueue(label: "pfop-mock.loop.\(index)").async(group: loops) {
      let loop: EventLoop
      do {
        let handler = try makeHandler(index, address)
        loop = try EventLoop(
          number: index, listener: listener, mailbox: mailbox, budget: budget, limits: limits, handler: handler)
      } catch {
        failure.note(error)
        started.signal()
        return
      }
      started.signal()
      do throws(SystemError) {
        try loop.run()
      } catch {
        preconditionFailure("the loop's own epoll set cannot fail: \(error)")
      }
    }
    started.wait()
    if let error = failure.error { throw error }
  }
}

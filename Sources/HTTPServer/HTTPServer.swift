import ByteText
import CLinux
import Dispatch
import Glibc

/// An HTTP/1.1 server on one listening socket, one more if it speaks TLS as well, and one more if it has a side door: event
/// loops on threads of their own, each with its own handler.
package final class HTTPServer: Sendable {
  package let addresses: ServerAddresses
  private let listeners: [Listener]
  private let desk: AnswerDesk
  private let loops = LoopThreads()

  /// Binds, listens and starts the loops. When this returns connections are accepted.
  /// - Parameters:
  ///   - tls: where TLS is spoken; nil for nowhere. All share the loops and the limits.
  ///   - side: see `ServerAddresses.side`.
  ///   - desk: its number of loops is how many threads serve; it belongs to this server alone.
  ///   - makeHandler: called once on each loop, with the loop's number and the addresses it listens on.
  package init(
    address: SocketAddress, tls: TLSListening? = nil, side: SocketAddress? = nil, desk: AnswerDesk,
    limits: ServerLimits,
    makeHandler: @escaping @Sendable (Int, ServerAddresses) throws -> any RequestHandler
  ) throws {
    let plainListener = try Listener(on: address)
    let tlsListener = try tls.map { try Listener(on: $0.address, isTLS: true) }
    let sideListener = try side.map { try Listener(on: $0, isSide: true) }
    listeners = [plainListener] + [tlsListener, sideListener].compactMap { $0 }
    addresses = ServerAddresses(
      plain: plainListener.address, tls: tlsListener?.address, side: sideListener?.address)
    self.desk = desk
    let budget = ConnectionBudget(limit: limits.connections, counts: desk.connections)
    do {
      for index in desk.mailboxes.indices {
        try startLoop(index, tls: tls?.context, budget: budget, limits: limits, makeHandler: makeHandler)
      }
    } catch {
      stop(graceMilliseconds: 0)
      throw error
    }
  }

  /// The same with a desk of its own, for handlers that answer at once or hand in at `answer(_:with:closes:)`.
  /// - Parameter count: how many threads serve; at least 1.
  package convenience init(
    address: SocketAddress, tls: TLSListening? = nil, loops count: Int, limits: ServerLimits,
    makeHandler: @escaping @Sendable (Int, ServerAddresses) throws -> any RequestHandler
  ) throws {
    let desk = try AnswerDesk(loops: count)
    try self.init(address: address, tls: tls, desk: desk, limits: limits, makeHandler: makeHandler)
  }

  deinit { stop(graceMilliseconds: 0) }

  /// Where it speaks plain HTTP; the port is the real one even if 0 was asked for.
  package var address: SocketAddress { addresses.plain }

  /// Sends an answer that comes later; see `AnswerDesk`.
  package func answer(_ ticket: AnswerTicket, with bytes: [UInt8], closes: Bool) {
    desk.answer(ticket, with: bytes, closes: closes)
  }

  /// Stops accepting, lets requests under way finish, and returns when every loop has ended.
  /// - Parameter graceMilliseconds: after that long whatever is left is cut off.
  package func stop(graceMilliseconds: Int) {
    for mailbox in desk.mailboxes { mailbox.post(.stop) }
    // After the commands: whoever is refused knows that the loops have been told.
    for listener in listeners { listener.refuseAll() }
    if !loops.wait(until: .now() + .milliseconds(graceMilliseconds)) {
      for mailbox in desk.mailboxes { mailbox.post(.abort) }
      loops.wait()
    }
    for mailbox in desk.mailboxes { mailbox.close() }
  }

  /// Starts one loop and waits until it is ready.
  private func startLoop(
    _ index: Int, tls: TLSServerContext?, budget: ConnectionBudget, limits: ServerLimits,
    makeHandler: @escaping @Sendable (Int, ServerAddresses) throws -> any RequestHandler
  ) throws {
    let (listeners, mailbox, addresses) = (listeners, desk.mailboxes[index], addresses)
    try loops.start {
      let handler = try makeHandler(index, addresses)
      let loop = try EventLoop(
        number: index, listeners: listeners, tls: tls, mailbox: mailbox, budget: budget, limits: limits,
        handler: handler)
      return {
        do throws(SystemError) {
          try loop.run()
        } catch {
          preconditionFailure("the loop's own epoll set cannot fail: \(error)")
        }
      }
    }
  }
}

import Glibc

/// One thread's share of a server: accepts connections and runs them until it is told to stop.
///
/// It is made, used and freed on one thread (`LoopThreads`), so nothing of it is shared.
final class EventLoop {
  private let reactor: Reactor
  private let driver: ConnectionDriver
  private let mailbox: LoopMailbox
  private let budget: ConnectionBudget
  private let listeners: [Listener]
  /// For each listener: it is in the epoll set.
  private var isAccepting: [Bool]
  private var isStopping = false

  /// Other connections get their turn after so many accepted ones.
  private static let acceptBatch = 64
  /// How long no connection is accepted when there is no descriptor or memory for one. Milliseconds.
  private static let acceptPause: Int64 = 100

  /// - Parameter number: counts the server's loops from 0.
  init(
    number: Int, listeners: [Listener], tls: TLSServerContext?, mailbox: LoopMailbox, budget: ConnectionBudget,
    limits: ServerLimits, handler: any RequestHandler
  ) throws(SystemError) {
    self.listeners = listeners
    isAccepting = listeners.map { _ in false }
    self.mailbox = mailbox
    self.budget = budget
    reactor = try Reactor()
    driver = ConnectionDriver(loop: number, reactor: reactor, handler: handler, limits: limits, tls: tls) {
      budget.giveBack()
    }
    try reactor.add(mailbox.descriptor, EventToken(.wakeup), for: .input)
    for index in listeners.indices { try startAccepting(index) }
  }

  /// Runs until it is stopped and its last connection has gone.
  func run() throws(SystemError) {
    defer { driver.closeAll() }
    while !(isStopping && driver.connectionCount == 0) {
      try reactor.wait(isBusy: !driver.unread.isEmpty, ready: ready, due: due)
      driver.readUnread()
      driver.endRound()
    }
  }

  private func ready(_ token: EventToken, _ readiness: Readiness) {
    switch token.kind {
    case .connection: driver.ready(token, readiness)
    case .listener: acceptConnections(Int(token.slot))
    case .wakeup: mailbox.take().forEach(obey)
    case nil: preconditionFailure("only tokens of this loop are in its epoll set")
    }
  }

  private func due(_ token: EventToken) {
    switch token.kind {
    case .connection: driver.timerFired(token)
    case .listener: resumeAccepting(Int(token.slot))
    case .wakeup, nil: preconditionFailure("nothing else starts timers")
    }
  }

  private func obey(_ command: LoopMailbox.Command) {
    switch command {
    case .stop:
      endAccepting()
      driver.stop()
    case .abort:
      endAccepting()
      driver.closeAll()
    case .answer(let ticket, let reply): driver.answer(ticket, with: reply)
    case .append(let ticket, let piece): driver.append(piece, of: ticket)
    case .watch(let ticket, let departed): driver.watchClient(of: ticket, departed)
    }
  }

  private func endAccepting() {
    for index in listeners.indices { stopAccepting(index) }
    isStopping = true
  }

  /// - Parameter index: the listener's, as in all of these.
  private func acceptConnections(_ index: Int) {
    let listener = listeners[index]
    for _ in 0..<EventLoop.acceptBatch {
      switch Syscall.accept(listener.descriptor) {
      case .accepted(let descriptor):
        let hasRoom = budget.take()
        if listener.isTLS {
          driver.acceptOverTLS(descriptor, isTurnedAway: !hasRoom)
        } else if !hasRoom {
          driver.turnAway(descriptor)
        } else {
          listener.isSide ? driver.acceptAtSide(descriptor) : driver.accept(descriptor)
        }
      case .none:
        return
      case .failed:
        // Without a pause the loop would spin: the listener stays ready while there is no descriptor to accept with.
        stopAccepting(index)
        pause(index)
        return
      }
    }
  }

  private func startAccepting(_ index: Int) throws(SystemError) {
    try reactor.add(listeners[index].descriptor, EventLoop.token(index), for: [.input, .exclusive])
    isAccepting[index] = true
  }

  private func stopAccepting(_ index: Int) {
    guard isAccepting[index] else { return }
    isAccepting[index] = false
    do throws(SystemError) {
      try reactor.remove(listeners[index].descriptor)
    } catch {
      preconditionFailure("the listener is in the epoll set: \(error)")
    }
  }

  private func pause(_ index: Int) {
    _ = reactor.startTimer(at: reactor.clock.milliseconds + EventLoop.acceptPause, EventLoop.token(index))
  }

  private func resumeAccepting(_ index: Int) {
    guard !isStopping else { return }
    do throws(SystemError) {
      try startAccepting(index)
    } catch {
      // No memory for the watch yet: the same pause again.
      pause(index)
    }
  }

  private static func token(_ index: Int) -> EventToken { EventToken(.listener, slot: Int32(index)) }
}

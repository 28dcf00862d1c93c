import Glibc

/// One thread's share of a server: accepts connections and runs them until it is told to stop.
///
/// It is made, used and freed within one block on one Dispatch queue, so nothing of it is shared.
final class EventLoop {
  private let reactor: Reactor
  private let driver: ConnectionDriver
  private let mailbox: LoopMailbox
  private let budget: ConnectionBudget
  private let listener: Int32
  private var isAccepting = false
  private var isStopping = false

  /// Other connections get their turn after so many accepted ones.
  private static let acceptBatch = 64
  /// How long no connection is accepted when there is no descriptor or memory for one. Milliseconds.
  private static let acceptPause: Int64 = 100

  /// - Parameter number: counts the server's loops from 0.
  init(
    number: Int, listener: Int32, mailbox: LoopMailbox, budget: ConnectionBudget, limits: ServerLimits,
    handler: any RequestHandler
  ) throws(SystemError) {
    self.listener = listener
    self.mailbox = mailbox
    self.budget = budget
    reactor = try Reactor()
    driver = ConnectionDriver(loop: number, reactor: reactor, handler: handler, limits: limits) { budget.giveBack() }
    try reactor.add(mailbox.descriptor, EventToken(.wakeup), for: .input)
    try startAccepting()
  }

  /// Runs until it is stopped and its last connection has gone.
  func run() throws(SystemError) {
    defer { driver.closeAll() }
    while !(isStopping && driver.connectionCount == 0) {
      try reactor.wait(ready: ready, due: due)
      driver.endRound()
    }
  }

  private func ready(_ token: EventToken, _ readiness: Readiness) {
    switch token.kind {
    case .connection: driver.ready(token, readiness)
    case .listener: acceptConnections()
    case .wakeup: mailbox.take().forEach(obey)
    case nil: preconditionFailure("only tokens of this loop are in its epoll set")
    }
  }

  private func due(_ token: EventToken) {
    switch token.kind {
    case .connection: driver.timerFired(token)
    case .listener: resumeAccepting()
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
    }
  }

  private func endAccepting() {
    stopAccepting()
    isStopping = true
  }

  private func acceptConnections() {
    for _ in 0..<EventLoop.acceptBatch {
      switch Syscall.accept(listener) {
      case .accepted(let descriptor):
        budget.take() ? driver.accept(descriptor) : driver.turnAway(descriptor)
      case .none:
        return
      case .failed:
        // Without a pause the loop would spin: the listener stays ready while there is no descriptor to accept with.
        stopAccepting()
        _ = reactor.startTimer(at: reactor.clock.milliseconds + EventLoop.acceptPause, EventToken(.listener))
        return
      }
    }
  }

  private func startAccepting() throws(SystemError) {
    try reactor.add(listener, EventToken(.listener), for: [.input, .exclusive])
    isAccepting = true
  }

  private func stopAccepting() {
    guard isAccepting else { return }
    isAccepting = false
    do throws(SystemError) {
      try reactor.remove(listener)
    } catch {
      preconditionFailure("the listener is in the epoll set: \(error)")
    }
  }

  private func resumeAccepting() {
    guard !isStopping else { return }
    do throws(SystemError) {
      try startAccepting()
    } catch {
      // No memory for the watch yet: the same pause again.
      _ = reactor.startTimer(at: reactor.clock.milliseconds + EventLoop.acceptPause, EventToken(.listener))
    }
  }
}

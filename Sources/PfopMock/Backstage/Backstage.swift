import HTTPServer
import PfopEngine

/// Everything that happens by itself, on a loop of its own: jobs whose time has come, notifications, a held clock that is
/// moved, and those who wait for jobs.
final class Backstage: ClientHandler {
  /// What others want of it.
  enum Wish: Sendable {
    /// Move the held clock by so many nanoseconds, for that client; nil for one in this process.
    case moveClock(by: Int64, for: LateAnswer?, ClockReply)
    case awaitJobs(JobWaiter)
    /// Wait until the journal holds as many requests as somebody expects.
    case awaitRequests(RequestWaiter)
    /// Notify once more what the delivery of that number was about.
    case redeliver(Int64, LateAnswer)
    /// Another state has taken the place of the one for which things were wished.
    case forgetRedeliveries
  }

  /// Called once on this loop.
  typealias ClockReply = @Sendable (ClockOutcome) -> Void

  /// What comes of a call to move the clock.
  enum ClockOutcome: Sendable {
    /// It went so far, and so many deliveries were attempted.
    case moved(ClockAdvance, deliveries: Int)
    /// It stands there, and cannot go as far as it was to.
    case outOfTime(Timestamp)
    /// The server stops.
    case stopping
  }

  /// A call to move the clock, and how far it has come.
  private struct Move {
    var advance: ClockAdvance
    /// How many deliveries had begun before.
    var earlierCount: Int
    var client: LateAnswer?
    var reply: ClockReply
  }

  private let core: MockCore
  private let driver: ClientDriver
  private let notifier: Notifier
  private var awaitedMoves = Queue<(span: Int64, client: LateAnswer?, reply: ClockReply)>()
  private var move: Move?
  private var waiters: [JobWaiter] = []
  private let requestWaiters: RequestWaiters
  /// Those who hear of the journal; add a line in `init` to be one of them.
  private let listeners: [any JournalListener]
  private var redeliveries: [Int: LateAnswer] = [:]
  private var lastWish = 0
  /// The next turn is ordered already.
  private var comesBack = false

  /// Events that happen in one go, so that the service's lock is not held for long.
  private static let batch = 256

  init(core: MockCore, driver: ClientDriver, notifier: Notifier) {
    self.core = core
    self.driver = driver
    self.notifier = notifier
    requestWaiters = RequestWaiters(core: core) { driver.milliseconds }
    listeners = [requestWaiters]
  }

  // MARK: - Events

  func woken() -> Bool {
    let wishes = core.backstage.takeWishes()
    for wish in wishes {
      switch wish {
      case .moveClock(let span, let client, let reply):
        // Behind one that is under way it waits for as long as that does.
        if move != nil || !awaitedMoves.isEmpty { client?.watchClient() }
        awaitedMoves.append((span, client, reply))
      case .awaitJobs(let waiter): waiters.append(waiter)
      case .awaitRequests(let waiter): requestWaiters.add(waiter)
      case .redeliver(let number, let reply): redeliver(number, reply)
      case .forgetRedeliveries: refuseRedeliveries(.failure(409, "the state was replaced meanwhile"))
      }
    }
    return turn() || !wishes.isEmpty
  }

  func timerFired() { _ = turn() }

  func ended(_ tag: UInt64, _ outcome: ExchangeOutcome) {
    notifier.ended(tag, outcome)
    // What follows is looked at once for all that end in this round.
    comeBack()
  }

  /// - Returns: true if there was something to do.
  private func turn() -> Bool {
    comesBack = false
    let eventCount = runJobs()
    let orderCount = notifier.resume()
    // Behind `resume`: what ended at once in there is not waited for.
    let movesOn = moveClock()
    releaseAnswers()
    answerRedeliveries()
    answerWaiters()
    for listener in listeners { listener.journalChanged() }
    if eventCount == Backstage.batch || movesOn { comeBack() }
    setTimer()
    return eventCount > 0 || orderCount > 0 || movesOn
  }

  private func comeBack() {
    guard !comesBack else { return }
    comesBack = true
    driver.comeBack()
  }

  // MARK: - Time

  /// Lets happen what is due by a clock that runs.
  /// - Returns: how much that was.
  private func runJobs() -> Int {
    core.withService { service in
      guard service.clock.mode == .real else { return 0 }
      return service.advance(to: service.clock.now(SystemClock.monotonic), limit: Backstage.batch)
    }
  }

  /// Takes the clock one step on its way.
  /// - Returns: true if the next step can follow at once.
  private func moveClock() -> Bool {
    if move == nil, let (span, client, reply) = awaitedMoves.popFirst() {
      let (from, count) = core.withService { ($0.clock.now(SystemClock.monotonic), $0.deliveryTally.begun) }
      guard let target = from.later(by: span) else {
        reply(.outOfTime(from))
        return true
      }
      move = Move(advance: ClockAdvance(from: from, to: target), earlierCount: count, client: client, reply: reply)
    }
    guard move != nil else { return false }
    if core.isStopping {
      move?.reply(.stopping)
      move = nil
      return true
    }
    let isDelivering = notifier.outstandingCount > 0
    let progress = core.withService { service in
      move?.advance.proceed(&service, isDelivering: isDelivering || service.hasOrders)
    }
    switch progress {
    case .goesOn: return true
    case .awaitsDeliveries:
      // Once: whether it is still there is nothing that the clock depends on.
      move?.client?.watchClient()
      move?.client = nil
      return false
    case nil: return false
    case .arrived:
      if let move { answer(move) }
      move = nil
      return true
    }
  }

  /// Sends the answers that have waited for what has happened by now.
  private func releaseAnswers() {
    for number in core.withService({ $0.takeReleases() }) { core.held.release(number) }
    if core.isStopping { core.held.releaseAll() }
  }

  private func answer(_ move: Move) {
    let count = core.withService { $0.deliveryTally.begun }
    move.reply(.moved(move.advance, deliveries: count - move.earlierCount))
  }

  private func setTimer() {
    let due: Int64? = core.withService { service in
      guard service.clock.mode == .real, let next = service.nextDue else { return nil }
      let wait = max(next.nanoseconds - service.clock.now(SystemClock.monotonic).nanoseconds, 0)
      // Rounded up: a timer that fires early fires twice.
      return driver.milliseconds + wait / 1_000_000 + 1
    }
    let deadlines = waiters.map(\.deadline) + listeners.compactMap(\.deadline) + [notifier.deadline].compactMap { $0 }
    driver.setTimer(at: ([due].compactMap { $0 } + deadlines).min())
  }

  // MARK: - Redelivery

  private func redeliver(_ number: Int64, _ reply: LateAnswer) {
    lastWish += 1
    let wish = lastWish
    let isOrdered = core.withService { service in
      service.redeliver(number, wish: wish, at: service.clock.now(SystemClock.monotonic))
    }
    guard isOrdered else { return reply.send(RedeliverCall.unknown(number)) }
    redeliveries[wish] = reply
    // The receiver may take its time.
    reply.watchClient()
  }

  private func answerRedeliveries() {
    for (wish, delivery) in notifier.takeFulfilled() {
      redeliveries.removeValue(forKey: wish)?.send(RedeliverCall.attempted(delivery, core))
    }
    if core.isStopping { refuseRedeliveries(.failure(503, "the server is stopping")) }
  }

  private func refuseRedeliveries(_ answer: Answer) {
    for reply in redeliveries.values { reply.send(answer) }
    redeliveries = [:]
  }

  // MARK: - Waiting

  private func answerWaiters() {
    guard !waiters.isEmpty else { return }
    let isStopping = core.isStopping
    var waiting: [JobWaiter] = []
    for var waiter in waiters {
      if waiter.check(core) {
        waiter.reply.sendBehind(JobsWaitCall.arrived(waiter, core))
      } else if isStopping || waiter.deadline <= driver.milliseconds {
        waiter.reply.send(JobsWaitCall.missing(waiter, core))
      } else if waiter.waitOn() {
        waiting.append(waiter)
      }
    }
    waiters = waiting
  }
}

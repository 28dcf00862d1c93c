import PfopEngine

/// Someone who expects requests to have come, or to come.
struct RequestWaiter: Sendable {
  /// How many are expected.
  let expected: ClosedRange<Int>
  /// Milliseconds of the monotonic clock: the wait is for people and programs, so it goes by real time.
  let deadline: Int64
  var tally: CriteriaTally
  /// The call that waits; nil for a wait in this process.
  let reply: LateAnswer?
  /// Nil until the answer is found to have to wait.
  private var client: ClientPresence?
  /// Called once, on the loop backstage: whether as many have come, and what has. Not called if the server stops first,
  /// or the client has gone.
  let ended: @Sendable (_ isFulfilled: Bool, _ waiter: RequestWaiter) -> Void

  init(
    expected: ClosedRange<Int>, deadline: Int64, tally: CriteriaTally, reply: LateAnswer? = nil,
    ended: @escaping @Sendable (_ isFulfilled: Bool, _ waiter: RequestWaiter) -> Void
  ) {
    self.expected = expected
    self.deadline = deadline
    self.tally = tally
    self.reply = reply
    self.ended = ended
  }

  /// Waits on, for as long as its client is there.
  /// - Returns: false if the client has gone.
  mutating func waitOn() -> Bool {
    client = client ?? reply?.watchClient()
    return client?.hasGone != true
  }
}

/// Those who wait for requests. They look at the journal when it has grown and at no other time.
final class RequestWaiters: JournalListener {
  private let core: MockCore
  private let now: () -> Int64
  private var waiters: [RequestWaiter] = []

  /// - Parameter now: milliseconds of the monotonic clock.
  init(core: MockCore, now: @escaping () -> Int64) {
    self.core = core
    self.now = now
  }

  /// The next `journalChanged` looks for him.
  func add(_ waiter: RequestWaiter) {
    // Before anything is looked at: what comes from here on is told of.
    core.audience.join()
    waiters.append(waiter)
  }

  var deadline: Int64? { waiters.map(\.deadline).min() }

  func journalChanged() {
    guard !waiters.isEmpty else { return }
    let isStopping = core.isStopping
    var waiting: [RequestWaiter] = []
    for var waiter in waiters {
      waiter.tally.advance(core)
      let count = waiter.tally.count
      if waiter.expected.contains(count) {
        waiter.ended(true, waiter)
      } else if count > waiter.expected.upperBound || isStopping || waiter.deadline <= now() {
        waiter.ended(false, waiter)
      } else if waiter.waitOn() {
        waiting.append(waiter)
        continue
      }
      core.audience.leave()
    }
    waiters = waiting
  }
}

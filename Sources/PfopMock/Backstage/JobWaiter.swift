import PfopEngine

/// Someone who wants to know when jobs have come to where they are awaited.
struct JobWaiter: Sendable {
  /// What is awaited of a job.
  enum Goal: String, CaseIterable, Sendable {
    /// It has its result.
    case result
    /// Nothing more happens by itself: its notification has come to an end as well.
    case settled

    func isReached(_ state: JobState) -> Bool {
      switch self {
      case .result: state.phase == .finished
      case .settled: state.isSettled
      }
    }
  }

  let goal: Goal
  /// Milliseconds of the monotonic clock: the wait is for people and programs, so it goes by real time.
  let deadline: Int64
  let reply: LateAnswer
  /// Nil until the answer is found to have to wait.
  private var client: ClientPresence?
  /// All that were awaited from the beginning.
  let ids: [Int64]
  /// Those that are not there yet.
  private(set) var pending: [Int64]

  init(ids: [Int64], goal: Goal, deadline: Int64, reply: LateAnswer) {
    self.ids = ids
    self.goal = goal
    self.deadline = deadline
    self.reply = reply
    pending = ids
  }

  /// Waits on, for as long as its client is there.
  /// - Returns: false if the client has gone.
  mutating func waitOn() -> Bool {
    client = client ?? reply.watchClient()
    return client?.hasGone == false
  }

  /// Jobs that are looked at in one go, so that the service's lock is not held for long.
  private static let batch = 512

  /// Looks again.
  /// - Returns: true if all have come there. A job that has left is waited for no more.
  mutating func check(_ core: MockCore) -> Bool {
    // From behind, as long as it goes: of thousands only the few that have changed are looked at.
    while core.withService({ checkBatch($0) }) {}
    return pending.isEmpty
  }

  /// - Returns: true if more may have come there.
  private mutating func checkBatch(_ service: ServiceState) -> Bool {
    for _ in 0..<JobWaiter.batch {
      guard let id = pending.last, service.state(of: id).map(goal.isReached) ?? true else { return false }
      pending.removeLast()
    }
    return true
  }
}

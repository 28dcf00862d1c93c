/// Where a job stands. Pure: what happens to it is an event, what follows from that are effects.
///
/// All times are nanoseconds of the service's clock.
package struct JobState: Sendable, Equatable {
  package enum Phase: UInt8, Sendable {
    case waiting, processing, finished
  }

  /// What has become of the notification.
  package enum Delivery: UInt8, Sendable {
    /// Nobody wants to be told.
    case none
    /// The job has not finished, or the next try has not come.
    case planned
    /// A try has been ordered and its end is not known.
    case underWay
    case delivered
    /// The last try has failed.
    case failed
    /// The address is none that may be called.
    case suppressed
  }

  /// What has to be done after an event.
  package struct Effects: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The results come to be: targets of `saveas` exist from now on.
    package static let results = Effects(rawValue: 1)
    /// A notification is due now.
    package static let notification = Effects(rawValue: 2)
    /// `due` has changed and lies ahead.
    package static let timer = Effects(rawValue: 4)
    /// Nothing more will happen to the job by itself.
    package static let settled = Effects(rawValue: 8)
  }

  package private(set) var phase = Phase.waiting
  package private(set) var delivery: Delivery
  /// How many tries of the notification have begun.
  package private(set) var tries: UInt8 = 0
  /// When something happens by itself; `Int64.max` when nothing will.
  package private(set) var due: Int64

  /// Nothing more will happen by itself.
  package var isSettled: Bool {
    switch delivery {
    case .none, .delivered, .failed, .suppressed: phase == .finished
    case .planned, .underWay: false
    }
  }

  /// A job that was just made; `timeCame` takes it through what takes no time.
  init(_ plan: JobPlan, createdAt now: Int64, notifies: Bool) {
    delivery = notifies ? .planned : .none
    due = now.addingSaturated(plan.waiting)
  }

  /// One that was written down.
  package init(phase: Phase, delivery: Delivery, tries: UInt8, due: Int64) {
    self.phase = phase
    self.delivery = delivery
    self.tries = tries
    self.due = due
  }

  /// False for what no job comes to: something happens next exactly while something is awaited.
  package var isSound: Bool {
    switch (phase, delivery) {
    case (.waiting, .none), (.waiting, .planned), (.processing, .none), (.processing, .planned), (.finished, .planned):
      due < .max
    case (.finished, .underWay): due == .max && tries > 0
    case (.finished, _): due == .max
    case (.waiting, _), (.processing, _): false
    }
  }

  /// The same with what happens next put off by so many nanoseconds.
  func postponed(by shift: Int64) -> JobState {
    guard due < .max else { return self }
    return JobState(phase: phase, delivery: delivery, tries: tries, due: due.addingSaturated(shift))
  }

  /// The clock has reached `now`: everything due up to then happens.
  mutating func timeCame(_ now: Int64, _ plan: JobPlan) -> Effects {
    var effects = Effects()
    while due <= now {
      switch phase {
      case .waiting: beginProcessing(at: due, plan)
      case .processing: effects.formUnion(finish(at: due, plan))
      case .finished: effects.formUnion(beginTry())
      }
    }
    return effects.union(outlook)
  }

  /// A tester lets the job go on to its next phase.
  mutating func stepped(at now: Int64, _ plan: JobPlan) -> Effects {
    switch phase {
    case .waiting:
      beginProcessing(at: now, plan)
      return timeCame(now, plan)
    case .processing: return ended(at: now, plan)
    case .finished: return []
    }
  }

  /// The job has come to its result before its time.
  mutating func ended(at now: Int64, _ plan: JobPlan) -> Effects {
    guard phase != .finished else { return [] }
    return finish(at: now, plan).union(outlook)
  }

  /// The try under way was answered with success.
  mutating func notificationDelivered() -> Effects { conclude(.delivered) }

  /// The notification may not be sent.
  mutating func notificationSuppressed() -> Effects { conclude(.suppressed) }

  /// The try under way has failed.
  mutating func notificationFailed(at now: Int64, _ policy: NotificationPolicy) -> Effects {
    guard delivery == .underWay else { return [] }
    guard Int(tries) < policy.tries else { return conclude(.failed) }
    delivery = .planned
    due = now.addingSaturated(policy.wait(after: Int(tries)))
    return outlook
  }

  private var outlook: Effects { isSettled ? .settled : due == .max ? [] : .timer }

  private mutating func beginProcessing(at start: Int64, _ plan: JobPlan) {
    phase = .processing
    due = start.addingSaturated(plan.processing)
  }

  private mutating func finish(at time: Int64, _ plan: JobPlan) -> Effects {
    phase = .finished
    due = .max
    guard delivery == .planned else { return .results }
    if plan.notifyAfter == 0 { return beginTry().union(.results) }
    due = time.addingSaturated(plan.notifyAfter)
    return .results
  }

  private mutating func beginTry() -> Effects {
    due = .max
    delivery = .underWay
    // More than `NotificationPolicy.tries` come only from a state that was written by another hand.
    if tries < .max { tries += 1 }
    return .notification
  }

  private mutating func conclude(_ end: Delivery) -> Effects {
    guard phase == .finished, delivery != .none else { return [] }
    delivery = end
    due = .max
    return .settled
  }
}

extension Int64 {
  /// The sum, or the greatest number below `Int64.max` where there is none: that means never.
  package func addingSaturated(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max - 1 : Swift.min(sum, .max - 1)
  }
}

/// A held clock on its way to a later time: everything due happens in order, and what is to be notified is waited for
/// before anything that could follow from it comes due.
package struct ClockAdvance: Sendable {
  package let from: Timestamp
  package let target: Timestamp
  /// Everything up to here may happen before deliveries are waited for; nil while they are.
  private var window: Timestamp?
  package private(set) var eventCount = 0

  /// Events that happen in one go, so that the service's lock is not held for long.
  private static let batch = 256

  /// - Parameter target: the clock goes no further than `Timestamp.end`.
  package init(from: Timestamp, to target: Timestamp) {
    self.from = from
    self.target = max(from, min(target, .end))
  }

  package enum Progress: Equatable, Sendable {
    /// There is more to do at once.
    case goesOn
    /// Deliveries have to come to their outcome first.
    case awaitsDeliveries
    /// The clock stands at the target.
    case arrived
  }

  /// - Parameter isDelivering: notifications are under way or about to be.
  package mutating func proceed(_ service: inout ServiceState, isDelivering: Bool) -> Progress {
    if let window {
      let count = service.advance(to: window, limit: ClockAdvance.batch)
      eventCount += count
      if count < ClockAdvance.batch { self.window = nil }
      return .goesOn
    }
    if isDelivering { return .awaitsDeliveries }
    guard let next = service.nextDue, next <= target else {
      service.clock.advance(to: target)
      return .arrived
    }
    // What fails in here is tried again after the first backoff at the soonest, and that is behind the window.
    let reach = max(service.settings.notification.backoff - 1, 0)
    let (end, overflow) = next.nanoseconds.addingReportingOverflow(reach)
    window = overflow ? target : min(target, Timestamp(nanoseconds: end))
    return .goesOn
  }
}

import CLinux
import Glibc

/// What a descriptor or a timer of a loop stands for. Descriptors' numbers are used again at once after a close, so a
/// connection is known by its generation as well.
struct EventToken: Equatable {
  enum Kind: UInt64 {
    case wakeup, listener, connection
  }

  let raw: UInt64

  init(_ kind: Kind, slot: Int32 = 0, generation: UInt32 = 0) {
    // Two bits of kind, 30 of generation, 32 of slot.
    raw = kind.rawValue << 62 | UInt64(generation & 0x3FFF_FFFF) << 32 | UInt64(UInt32(bitPattern: slot))
  }

  init(raw: UInt64) { self.raw = raw }

  var kind: Kind? { Kind(rawValue: raw >> 62) }
  var slot: Int32 { Int32(bitPattern: UInt32(truncatingIfNeeded: raw)) }
  var generation: UInt32 { UInt32(truncatingIfNeeded: raw >> 32) & 0x3FFF_FFFF }
}

/// The kinds of readiness a descriptor is watched for. Level-triggered: what is left undone is reported again.
struct Readiness: OptionSet {
  let rawValue: UInt32

  static let input = Readiness(rawValue: EPOLLIN.rawValue)
  static let output = Readiness(rawValue: EPOLLOUT.rawValue)
  /// The peer has finished sending, or has gone.
  static let peerFinished = Readiness(rawValue: EPOLLRDHUP.rawValue)
  /// Reported without being asked for: an error, or both directions closed.
  static let failure = Readiness(rawValue: EPOLLERR.rawValue | EPOLLHUP.rawValue)
  /// Of several loops that watch the same listener, wakes one.
  static let exclusive = Readiness(rawValue: EPOLLEXCLUSIVE.rawValue)
}

/// A loop's view of the world outside: readiness of descriptors, timers, and the time.
final class Reactor {
  private let epoll: Descriptor
  /// What happened, while it is handed out.
  private let events = UnsafeMutableBufferPointer<epoll_event>.allocate(capacity: 256)
  let clock = LoopClock()
  private var timers: TimerWheel<EventToken>

  init() throws(SystemError) {
    epoll = Descriptor(owning: try Syscall.check(epoll_create1(Int32(EPOLL_CLOEXEC)), "epoll_create1"))
    events.initialize(repeating: epoll_event())
    timers = TimerWheel(now: clock.milliseconds)
  }

  deinit { events.deallocate() }

  func add(_ descriptor: Int32, _ token: EventToken, for readiness: Readiness) throws(SystemError) {
    try control(EPOLL_CTL_ADD, descriptor, token, readiness)
  }

  func modify(_ descriptor: Int32, _ token: EventToken, for readiness: Readiness) throws(SystemError) {
    try control(EPOLL_CTL_MOD, descriptor, token, readiness)
  }

  func remove(_ descriptor: Int32) throws(SystemError) {
    try control(EPOLL_CTL_DEL, descriptor, EventToken(raw: 0), [])
  }

  func startTimer(at milliseconds: Int64, _ token: EventToken) -> TimerWheel<EventToken>.ID {
    timers.start(at: milliseconds, token)
  }

  func stopTimer(_ id: TimerWheel<EventToken>.ID) { timers.stop(id) }

  /// Waits until something is ready or due, and hands out all of it: wake-ups, other ready descriptors, due timers.
  /// - Parameter isBusy: there is something else to do, so it does not wait but only looks.
  func wait(
    isBusy: Bool = false, ready: (EventToken, Readiness) -> Void, due: (EventToken) -> Void
  ) throws(SystemError) {
    let count = epoll_wait(epoll.number, events.baseAddress, Int32(events.count), isBusy ? 0 : timeout)
    if count < 0 {
      guard errno == EINTR else { throw SystemError(call: "epoll_wait", code: errno) }
    }
    clock.update()
    // What the loop is told comes first: whoever tells it to stop may count on it for all that is sent afterwards.
    func handOut(_ isMeant: (EventToken) -> Bool) {
      for index in 0..<Int(max(count, 0)) {
        let token = EventToken(raw: events[index].data.u64)
        if isMeant(token) { ready(token, Readiness(rawValue: events[index].events)) }
      }
    }
    handOut { $0.kind == .wakeup }
    handOut { $0.kind != .wakeup }
    while let token = timers.popDue(at: clock.milliseconds) { due(token) }
  }

  private var timeout: Int32 {
    guard let next = timers.nextTick else { return -1 }
    // One millisecond more than the difference: the clock's fraction is cut off, and waking early is waking twice.
    return Int32(clamping: max(next - clock.milliseconds, 0) + (next > clock.milliseconds ? 1 : 0))
  }

  private func control(
    _ operation: Int32, _ descriptor: Int32, _ token: EventToken, _ readiness: Readiness
  ) throws(SystemError) {
    var event = epoll_event()
    event.events = readiness.rawValue
    event.data.u64 = token.raw
    try Syscall.check(epoll_ctl(epoll.number, operation, descriptor, &event), "epoll_ctl")
  }
}

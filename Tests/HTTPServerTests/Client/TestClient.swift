import Dispatch
import Glibc
import Guarded
import HTTPCore
import TestSupport

@testable import HTTPServer

/// A client loop that does what a test says, and notes what it is told.
final class TestClient: Sendable {
  typealias Wish = @Sendable (ClientDriver) -> Void

  struct End: Sendable {
    var tag: UInt64
    var outcome: ExchangeOutcome
  }

  let ends = Arrivals<End>()
  /// An element for each time that has come.
  let times = Arrivals<Int64>()
  let waker: LoopWaker
  private let wishes = Guarded<[Wish]>([])
  private let loop: ClientLoop

  /// - Parameters:
  ///   - ended: called on the loop, as the handler's is.
  ///   - timerFired: the same.
  init(
    _ limits: ClientLimits = .patient,
    ended: @escaping @Sendable (ClientDriver, UInt64) -> Void = { _, _ in },
    timerFired: @escaping Wish = { _ in }
  ) throws {
    waker = try LoopWaker()
    loop = try ClientLoop(limits: limits, trust: TLSTrust(), waker: waker) { [wishes, ends, times] driver in
      Handler(
        driver, wishes,
        timerFired: {
          times.append(driver.milliseconds)
          timerFired(driver)
        },
        ended: { tag, outcome in
          ended(driver, tag)
          ends.append(End(tag: tag, outcome: outcome))
        })
    }
  }

  /// A client that begins `next` as the exchange 1 ends, and then does what `before` says before it goes on.
  convenience init(
    _ limits: ClientLimits = .patient, next: OutgoingExchange...,
    before: @escaping @Sendable () -> Void = {}
  ) throws {
    try self.init(limits) { driver, tag in
      guard tag == 1 else { return }
      for (index, outgoing) in next.enumerated() { driver.start(outgoing, tag: UInt64(index + 2)) }
      before()
    }
  }

  /// Lets the loop do something, soon.
  func onLoop(_ wish: @escaping Wish) {
    wishes.withLock { $0.append(wish) }
    waker.wake()
  }

  func start(_ outgoing: OutgoingExchange, tag: UInt64 = 1) { onLoop { $0.start(outgoing, tag: tag) } }

  /// Starts an exchange, and lets the loop go on once `play` has played the peer's part: what that does has happened
  /// before any deadline is looked at, however busy the machine is.
  func start(_ outgoing: OutgoingExchange, tag: UInt64 = 1, whileHeld play: () throws -> Void) throws {
    let mayGoOn = DispatchSemaphore(value: 0)
    onLoop { [self] driver in
      driver.start(outgoing, tag: tag)
      // In the next turn, when the connection has begun.
      onLoop { _ in _ = mayGoOn.wait(timeout: .now() + .seconds(10)) }
      driver.comeBack()
    }
    defer { mayGoOn.signal() }
    try play()
  }

  /// How the exchange that ends next has ended.
  func outcome() throws -> ExchangeOutcome { try ends.next().outcome }

  /// What the loop says to `question`.
  func ask<Answer: Sendable>(_ question: @escaping @Sendable (ClientDriver) -> Answer) throws -> Answer {
    let answers = Arrivals<Answer>()
    onLoop { answers.append(question($0)) }
    return try answers.next()
  }

  func stop() { loop.stop() }

  private final class Handler: ClientHandler {
    private let driver: ClientDriver
    private let wishes: Guarded<[Wish]>
    private let timeHasCome: () -> Void
    private let hasEnded: (UInt64, ExchangeOutcome) -> Void

    init(
      _ driver: ClientDriver, _ wishes: Guarded<[Wish]>, timerFired: @escaping () -> Void,
      ended: @escaping (UInt64, ExchangeOutcome) -> Void
    ) {
      self.driver = driver
      self.wishes = wishes
      timeHasCome = timerFired
      hasEnded = ended
    }

    func woken() -> Bool {
      let taken = wishes.withLock { wishes in
        defer { wishes = [] }
        return wishes
      }
      for wish in taken { wish(driver) }
      return !taken.isEmpty
    }

    func timerFired() { timeHasCome() }

    func ended(_ tag: UInt64, _ outcome: ExchangeOutcome) { hasEnded(tag, outcome) }
  }
}

extension OutgoingExchange {
  static let request = "POST /done HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi"

  /// - Parameter listeners: tried in this order.
  init(to listeners: RawListener..., serverName: String? = nil, message: String = request) throws {
    self.init(
      addresses: try listeners.map { try SocketAddress(host: "127.0.0.1", port: $0.port) }, serverName: serverName,
      message: Array(message.utf8))
  }
}

extension RawListener {
  var authority: String { "127.0.0.1:\(port)" }
}

extension RawClient {
  static let answer = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nseen"

  /// Takes a whole request.
  func readRequest() throws { _ = try read(OutgoingExchange.request.utf8.count) }

  func answer(_ text: String = answer) throws {
    try readRequest()
    try send(text)
  }
}

extension ClientLimits {
  /// Deadlines that no test meets, however busy the machine is.
  static var patient: ClientLimits {
    var limits = ClientLimits()
    limits.connectDeadline = 60_000
    limits.sendDeadline = 60_000
    limits.answerDeadline = 60_000
    return limits
  }

  /// The same but for one.
  init(_ deadline: WritableKeyPath<ClientLimits, Int64>, milliseconds: Int64) {
    self = .patient
    self[keyPath: deadline] = milliseconds
  }
}

extension ExchangeOutcome {
  /// The outcome of an exchange that was answered, in the usual way unless said otherwise.
  static func answered(
    _ status: Int = 200, _ content: String = "", remark: String? = nil, at listener: RawListener,
    wasResent: Bool = false
  ) -> ExchangeOutcome {
    let answer = ReceivedAnswer(status: status, content: Array(content.utf8), remark: remark)
    return ExchangeOutcome(result: .success(answer), address: listener.authority, wasResent: wasResent)
  }

  static func failed(
    _ failure: ExchangeFailure, at listener: RawListener, wasResent: Bool = false
  ) -> ExchangeOutcome {
    ExchangeOutcome(result: .failure(failure), address: listener.authority, wasResent: wasResent)
  }
}

extension SystemError {
  static let reset = SystemError(call: "recv", code: ECONNRESET)
  static let refused = SystemError(call: "connect", code: ECONNREFUSED)
}

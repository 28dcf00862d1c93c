import HTTPServer
import PfopEngine
import QiniuAuth

/// Sends notifications, so many at a time to each destination. It lives on the loop of its client.
final class Notifier {
  struct Settings: Sendable {
    var allowed: AddressGuard
    var signing: NotificationSigning
    /// How many are under way to one destination at a time, at least 1.
    var concurrency: Int
    /// How many are under way in all, at least 1: each takes a descriptor.
    var concurrencyInAll: Int
  }

  private struct UnderWay {
    var delivery: Delivery
    var line: NotificationLine
    var wish: Int?
    var start: Int64
  }

  private let core: MockCore
  private let driver: ClientDriver
  private let settings: Settings
  private let resolver: AddressResolver
  private var lines = SweptTable<NotifyTarget.Destination, NotificationLine>(minimumSweepCount: rememberedCount)
  /// What reading the last URLs came to: most are the same.
  private var lineByURL: [String: NotificationLine] = [:]
  private var underWay: [UInt64: UnderWay] = [:]
  /// Lines that could send more if there were not so many under way already.
  private var stalled = Queue<NotificationLine>()
  private var waitingCount = 0
  /// What testers asked for and is done, until it is taken.
  private var fulfilled: [(wish: Int, delivery: Delivery)] = []
  /// The receivers that may not be called of which the service was told, and until when it may believe it, in milliseconds
  /// of the loop's clock; nil if it was told of none.
  private var forbidden: Set<String> = []
  private(set) var deadline: Int64?

  /// How long the address behind a name is believed, in milliseconds: long enough for thousands of notifications, short
  /// enough for a receiver that is started anew elsewhere.
  private static let placeLifetime: Int64 = 5_000
  private static let rememberedCount = 1024
  /// Orders taken from the service at a time, so that its lock is not held for long.
  private static let batch = 256

  init(
    core: MockCore, driver: ClientDriver, settings: Settings, resolver: AddressResolver
  ) {
    self.core = core
    self.driver = driver
    self.settings = settings
    self.resolver = resolver
  }

  /// How many notifications have been ordered and have come to no outcome yet.
  var outstandingCount: Int { waitingCount + underWay.count }

  /// Takes new orders and what has been found out about addresses, and sends what can be sent.
  /// - Returns: how many orders there were.
  func resume() -> Int {
    var count = 0
    if let deadline, deadline <= driver.milliseconds { forgetForbidden() }
    for resolution in resolver.take() { resolved(resolution) }
    var touched: [NotifyTarget.Destination: NotificationLine] = [:]
    while true {
      let orders = core.withService { $0.takeOrders(limit: Notifier.batch) }
      count += orders.count
      for (order, url) in orders {
        guard let line = lineByURL[url] ?? line(for: order, url) else { continue }
        if touched[line.destination] == nil,
          case .forbidden(let reason, let until) = line.place(at: driver.milliseconds)
        {
          forbid(url, reason, until)
        }
        line.waiting.append(order)
        waitingCount += 1
        touched[line.destination] = line
      }
      if orders.count < Notifier.batch { break }
    }
    for line in touched.values { send(line) }
    return count
  }

  /// Spares this loop what falls due for a receiver that may not be called: the service knows as well, for a while.
  private func forbid(_ url: String, _ reason: String, _ until: Int64) {
    let receiver = NotifyTarget.receiver(of: url)
    guard forbidden.count < Notifier.rememberedCount, forbidden.insert(receiver).inserted else { return }
    core.withService { $0.forbid(receiver, because: reason) }
    deadline = min(deadline ?? until, until)
  }

  private func forgetForbidden() {
    core.withService { $0.forgetForbidden() }
    forbidden = []
    deadline = nil
  }

  /// An exchange has come to its end.
  func ended(_ tag: UInt64, _ outcome: ExchangeOutcome) {
    guard var exchange = underWay.removeValue(forKey: tag) else { return }
    exchange.delivery.outcome = Delivery.Outcome(outcome)
    exchange.delivery.address = outcome.address
    exchange.line.active -= 1
    end(&exchange.delivery, exchange.wish, since: exchange.start)
    exchange.line.isDeserted = outcome.isRefused
    // Those that have been waiting meanwhile would have met nobody either.
    if outcome.isRefused {
      skip(exchange.line, Delivery.Ending(exchange.delivery.outcome, address: outcome.address, isShared: true))
    }
    if stalled.isEmpty {
      // At once, so that the connection can be used again.
      send(exchange.line)
    } else {
      // Behind those that have waited longer, although its connection is lost by that.
      stall(exchange.line)
      while underWay.count < settings.concurrencyInAll, let line = stalled.popFirst() {
        line.isStalled = false
        send(line)
      }
    }
  }

  func takeFulfilled() -> [(wish: Int, delivery: Delivery)] {
    defer { fulfilled = [] }
    return fulfilled
  }

  private func line(for order: NotificationOrder, _ url: String) -> NotificationLine? {
    guard let target = NotifyTarget(url) else {
      skip([order], Delivery.Ending(.failed("the notifyURL is none: \(url)")))
      return nil
    }
    // What is done with is forgotten now and then: how many URLs and destinations there are is for clients to choose.
    if lineByURL.count >= Notifier.rememberedCount { lineByURL = [:] }
    let line = lines[target.destination] ?? addLine(for: target.destination)
    lineByURL[url] = line
    return line
  }

  private func addLine(for destination: NotifyTarget.Destination) -> NotificationLine {
    let line = NotificationLine(destination)
    // A URL must not lead to a line that the table has dropped: its destination would have two.
    if lines.insert(line, for: destination, droppingWhere: \.isIdle) { lineByURL = [:] }
    return line
  }

  // MARK: - Addresses

  private func resolved(_ resolution: AddressResolver.Resolution) {
    guard let line = lines[resolution.destination] else { return }
    let until = driver.milliseconds + Notifier.placeLifetime
    switch resolution.addresses {
    case .failure(let error): line.place = .failed("\(error)", until: until)
    case .success(let addresses):
      let host = resolution.destination.host
      let allowed = addresses.filter { settings.allowed.allows(IPAddress(octets: $0.octets), for: host) }
      let names = addresses.map(\.host).joined(separator: ", ")
      line.place =
        allowed.isEmpty
        ? .forbidden("\(host) is \(names): \(AddressGuard.advice(for: host))", until: until)
        : .known(allowed, until: until)
    }
    send(line)
  }

  // MARK: - Sending

  private func send(_ line: NotificationLine) {
    // A server that stops begins nothing new.
    // Where nobody was, one at a time looks whether somebody is: clients that have no receiver at all, as many tests do,
    // are spared tens of thousands of tries a second.
    let limit = line.isDeserted ? 1 : settings.concurrency
    while line.active < limit, !line.waiting.isEmpty, !core.isStopping {
      if underWay.count >= settings.concurrencyInAll { return stall(line) }
      switch line.place(at: driver.milliseconds) {
      case .resolving: return
      case .unknown:
        line.place = .resolving
        resolver.resolve(line.destination) { [door = core.backstage] in door.knock() }
        return
      case .known(let addresses, _): start(next(of: line), line, addresses)
      case .failed(let reason, _): skip(line, Delivery.Ending(.failed(reason), isShared: true))
      case .forbidden(let reason, _): skip(line, Delivery.Ending(.suppressed(reason), isShared: true))
      }
    }
  }

  private func stall(_ line: NotificationLine) {
    guard !line.isStalled, !line.waiting.isEmpty else { return }
    line.isStalled = true
    stalled.append(line)
  }

  /// Gives all that waits the same outcome, without sending anything.
  private func skip(_ line: NotificationLine, _ ending: Delivery.Ending) {
    while !line.waiting.isEmpty {
      let orders = (0..<min(line.waiting.count, Notifier.batch)).map { _ in next(of: line) }
      skip(orders, ending)
    }
  }

  private func skip(_ orders: [NotificationOrder], _ ending: Delivery.Ending) {
    let skipped = core.withService { service in
      let now = service.clock.now(SystemClock.monotonic)
      return orders.map { order in
        let end = service.clock.mode == .manual ? order.at : now
        return service.deliverySkipped(order, ending, at: end)
      }
    }
    for (order, delivery) in zip(orders, skipped) {
      if let wish = order.wish, let delivery { fulfilled.append((wish, delivery)) }
    }
  }

  private func next(of line: NotificationLine) -> NotificationOrder {
    guard let order = line.waiting.popFirst() else { preconditionFailure("asked of lines where something waits only") }
    waitingCount -= 1
    return order
  }

  /// Sends a notification, unless its job has left.
  private func start(_ order: NotificationOrder, _ line: NotificationLine, _ addresses: [SocketAddress]) {
    guard let (begun, job) = core.withService({ $0.deliveryBegan(order) }) else { return }
    var delivery = begun
    let start = SystemClock.monotonic
    guard let target = NotifyTarget(job.notifyURL) else { preconditionFailure("a line is found by the same URL") }
    do throws(AuthorizationFault) {
      let credential = core.admission.credentials[job.accessKey]
      let message = try NotificationMessage(job, to: target, signedBy: credential, settings.signing)
      delivery.authorization = message.authorization
      let tag = UInt64(delivery.number)
      underWay[tag] = UnderWay(delivery: delivery, line: line, wish: order.wish, start: start)
      line.active += 1
      let serverName = target.destination.usesTLS ? target.destination.host : nil
      driver.start(
        OutgoingExchange(addresses: addresses, serverName: serverName, message: message.octets), tag: tag)
    } catch {
      delivery.outcome = .failed("cannot be signed: \(error)")
      end(&delivery, order.wish, since: start)
    }
  }

  private func end(_ delivery: inout Delivery, _ wish: Int?, since start: Int64) {
    delivery.duration = SystemClock.monotonic - start
    let ended = delivery
    if let wish { fulfilled.append((wish, ended)) }
    core.withService { service in
      // A held clock has not moved meanwhile, or has run ahead to where nothing can come of this.
      let now = service.clock.mode == .manual ? ended.at : service.clock.now(SystemClock.monotonic)
      service.deliveryEnded(ended, at: now)
    }
  }
}

extension Delivery.Outcome {
  fileprivate init(_ outcome: ExchangeOutcome) {
    switch outcome.result {
    case .success(let answer):
      let resent = "the connection had been closed, so it was sent again on a new one"
      let remark = [outcome.wasResent ? resent : nil, answer.remark].compactMap { $0 }.joined(separator: "; ")
      self = .answered(status: answer.status, content: answer.content, remark: remark.isEmpty ? nil : remark)
    case .failure(let failure): self = .failed("\(failure)")
    }
  }
}

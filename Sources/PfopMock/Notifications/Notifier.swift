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
  private var lines: [NotifyTarget.Destination: NotificationLine] = [:]
  private var underWay: [UInt64: UnderWay] = [:]
  private var waitingCount = 0
  /// What testers asked for and is done, until it is taken.
  private var fulfilled: [(wish: Int, delivery: Delivery)] = []
  /// How many deliveries have begun so far.
  private(set) var begunCount = 0

  /// How long the address behind a name is believed, in milliseconds: long enough for thousands of notifications, short
  /// enough for a receiver that is started anew elsewhere.
  private static let placeLifetime: Int64 = 5_000
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
  func resume() {
    for resolution in resolver.take() { resolved(resolution) }
    var touched: [NotifyTarget.Destination: NotificationLine] = [:]
    while true {
      let orders = core.withService { $0.takeOrders(limit: Notifier.batch) }
      for (order, url) in orders {
        guard let line = line(for: order, url) else { continue }
        line.waiting.append(order)
        waitingCount += 1
        touched[line.destination] = line
      }
      if orders.count < Notifier.batch { break }
    }
    for line in touched.values { send(line) }
  }

  /// An exchange has come to its end.
  func ended(_ tag: UInt64, _ outcome: ExchangeOutcome) {
    guard var exchange = underWay.removeValue(forKey: tag) else { return }
    exchange.delivery.outcome = Delivery.Outcome(outcome)
    exchange.delivery.address = outcome.address
    exchange.line.active -= 1
    end(&exchange.delivery, exchange.wish, since: exchange.start)
    // At once, so that the connection can be used again.
    send(exchange.line)
  }

  func takeFulfilled() -> [(wish: Int, delivery: Delivery)] {
    defer { fulfilled = [] }
    return fulfilled
  }

  private func line(for order: NotificationOrder, _ url: String) -> NotificationLine? {
    guard let target = NotifyTarget(url) else {
      begin(order) { delivery, _ in delivery.outcome = .failed("the notifyURL is none: \(url)") }
      return nil
    }
    if let line = lines[target.destination] { return line }
    // Destinations that are done with are forgotten now and then: their number is for clients to choose.
    if lines.count >= 1024 { lines = lines.filter { !$0.value.isIdle } }
    let line = NotificationLine(target.destination)
    lines[target.destination] = line
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
    while line.active < settings.concurrency, !line.waiting.isEmpty, !core.isStopping {
      switch line.place(at: driver.milliseconds) {
      case .resolving: return
      case .unknown:
        line.place = .resolving
        resolver.resolve(line.destination) { [door = core.backstage] in door.knock() }
        return
      case .known(let addresses, _):
        let order = next(of: line)
        begin(order) { delivery, job in start(&delivery, job, order.wish, line, addresses) }
      case .failed(let reason, _):
        begin(next(of: line)) { delivery, _ in delivery.outcome = .failed(reason) }
      case .forbidden(let reason, _):
        begin(next(of: line)) { delivery, _ in delivery.outcome = .suppressed(reason) }
      }
    }
  }

  private func next(of line: NotificationLine) -> NotificationOrder {
    guard let order = line.waiting.popFirst() else { preconditionFailure("asked of lines where something waits only") }
    waitingCount -= 1
    return order
  }

  /// Begins a delivery, unless its job has left; if `body` gives it an outcome it has ended as well.
  private func begin(_ order: NotificationOrder, _ body: (inout Delivery, Job) -> Void) {
    guard let (delivery, job) = core.withService({ $0.deliveryBegan(order) }) else { return }
    begunCount += 1
    var begun = delivery
    let start = SystemClock.monotonic
    body(&begun, job)
    if begun.outcome != .underWay { end(&begun, order.wish, since: start) }
  }

  private func start(
    _ delivery: inout Delivery, _ job: Job, _ wish: Int?, _ line: NotificationLine, _ addresses: [SocketAddress]
  ) {
    guard let target = NotifyTarget(job.notifyURL) else {
      preconditionFailure("a line is found by the same URL")
    }
    do throws(AuthorizationFault) {
      let credential = core.accounts.credentials.first { $0.accessKey == job.accessKey }
      let message = try NotificationMessage(job, to: target, signedBy: credential, settings.signing)
      delivery.authorization = message.authorization
      let tag = UInt64(delivery.number)
      underWay[tag] = UnderWay(delivery: delivery, line: line, wish: wish, start: SystemClock.monotonic)
      line.active += 1
      let serverName = target.destination.usesTLS ? target.destination.host : nil
      driver.start(
        OutgoingExchange(addresses: addresses, serverName: serverName, message: message.octets), tag: tag)
    } catch {
      delivery.outcome = .failed("cannot be signed: \(error)")
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

import ByteText
import PfopEngine

@testable import PfopMock

/// Does with a state what a server does with it: requests, time that passes, lists, and writing it down again.
///
/// The fuzzers of states and of fixtures are built with this file too.
enum StateUse {
  static let accounts = [Account(accessKey: "ak", secretKey: "secret-of-the-test")]

  enum Outcome {
    case refused(SnapshotProblem)
    /// What was written down after use, by two servers, one after the other.
    case used(first: [UInt8], second: [UInt8])
    /// A server wrote down what its own reader refuses.
    case writtenBadly(SnapshotProblem)
  }

  static func run(_ document: ByteView, _ mode: ServiceClock.Mode) -> Outcome {
    do throws(SnapshotProblem) {
      let snapshot = try StateReader.read(document, accounts: accounts)
      var service = restored(snapshot, mode)
      use(&service)
      let first = written(&service)
      do throws(SnapshotProblem) {
        let again = try first.withUnsafeBufferPointer { bytes throws(SnapshotProblem) in
          try StateReader.read(ByteView(bytes), accounts: accounts)
        }
        // Held, so that nothing moves in between.
        var second = restored(again, .manual)
        return .used(first: first, second: written(&second))
      } catch {
        return .writtenBadly(error)
      }
    } catch {
      return .refused(error)
    }
  }

  private static let startTime: Int64 = 1_795_000_000_000_000_000

  private static func restored(_ snapshot: ServiceSnapshot, _ mode: ServiceClock.Mode) -> ServiceState {
    ServiceState(snapshot, settings: settings, clock: clock(mode), monotonic: 1)
  }

  private static let settings = ServiceState.Settings(maxJobs: 1000, notification: NotificationPolicy(tries: 3))

  private static func clock(_ mode: ServiceClock.Mode) -> ServiceClock {
    ServiceClock(mode, wall: startTime, monotonic: 0)
  }

  /// The same with a fixture from its beginning.
  static func use(_ fixture: Fixture, _ mode: ServiceClock.Mode) {
    var service = ServiceState(fixture: fixture, settings: settings, clock: clock(mode))
    use(&service)
  }

  private static func written(_ service: inout ServiceState) -> [UInt8] {
    var writer = StateWriter(service.copy(2))
    var document: [UInt8] = []
    while let slice = writer.next() { document += slice }
    return document
  }

  // MARK: - Use

  private static func use(_ service: inout ServiceState) {
    ask(&service)
    // A year is the longest wait that can be written; four of them end all jobs that end at all.
    for _ in 0..<4 { advance(&service, by: DurationText.maximum) }
    steer(&service)
    ask(&service)
    advance(&service, by: .max)
    list(&service)
    change(&service)
  }

  /// Pfops for each bucket of the fixture, and for each source of a job.
  private static func ask(_ service: inout ServiceState) {
    var asked = service.fixture.buckets.prefix(8).map { ($0.name.pattern, $0.keys.first?.pattern ?? "k") }
    var position: UInt64 = 1
    while asked.count < 16, let id = service.firstJobID(from: position) {
      guard case .found(let job) = service.lookUp(Int64(clamping: id)) else { break }
      asked.append((job.bucket, job.key))
      position = id + 1
    }
    for (bucket, key) in asked {
      let fields = [("bucket", bucket), ("key", key), ("fops", "avinfo"), ("notifyURL", "http://127.0.0.1:9/")]
      let form = fields.map { "\($0)=" + String(decoding: PercentEncoding.encodeForm($1.utf8), as: UTF8.self) }
      Array(form.joined(separator: "&").utf8).withUnsafeBytes { form in
        for _ in 0..<3 { decide(ByteView(form), &service) }
      }
    }
  }

  private static func decide(_ form: ByteView, _ service: inout ServiceState) {
    var decoder = FormDecoder()
    guard (try? decoder.decode(form)) != nil, let request = try? PfopRequest(decoder, service.idioms) else { return }
    let now = service.clock.now(2)
    var subject = RuleSubject()
    subject.parameters = request
    subject.content = form
    service.prepare(&subject, at: now)
    _ = service.screen(subject, in: .connection, at: now)
    _ = service.screen(subject, in: .request, at: now)
    _ = service.decide(request, subject, reqid: form.slice(0, 3), at: now)
  }

  /// All that comes due; one receiver of two cannot be reached.
  private static func advance(_ service: inout ServiceState, by span: Int64) {
    let from = service.clock.now(3)
    var advance = ClockAdvance(from: from, to: Timestamp(nanoseconds: from.nanoseconds.addingSaturated(span)))
    var rounds = 0
    while rounds < 20_000 {
      rounds += 1
      for (order, _) in service.takeOrders(limit: 64) {
        guard var (delivery, _) = service.deliveryBegan(order) else { continue }
        delivery.outcome = delivery.id % 2 == 0 ? .failed("refused") : .answered(status: 200, content: [], remark: nil)
        service.deliveryEnded(delivery, at: max(order.at, service.clock.now(3)))
      }
      _ = service.takeReleases()
      switch advance.proceed(&service, isDelivering: service.hasOrders) {
      case .goesOn, .awaitsDeliveries: continue
      case .arrived:
        // A running clock is moved by its readings.
        _ = service.advance(to: service.clock.now(.max), limit: 4096)
        return
      }
    }
    preconditionFailure("the clock never arrives")
  }

  private static func steer(_ service: inout ServiceState) {
    let now = service.clock.now(4)
    var position: UInt64 = 1
    for steering in [ServiceState.Steering.step, .fail(error: "e", errorIndex: 999), .finish] {
      guard let id = service.firstJobID(from: position) else { return }
      _ = service.steer(Int64(clamping: id), steering, at: now)
      position = id + 1
    }
    for number in service.deliveryNumbers.prefix(3) { _ = service.redeliver(number, wish: 1, at: now) }
  }

  private static func list(_ service: inout ServiceState) {
    var position: UInt64 = 0
    var count = 0
    while let start = service.firstJobID(from: position) {
      for id in service.jobIDs(in: start..<start + 512) {
        if let job = service.lookUp(id).job { _ = JSONWriter.json { $0.value(StatusReport(job)) } }
        count += 1
      }
      position = start + 512
    }
    precondition(count <= 1000, "more jobs than --max-jobs")
    for number in service.deliveryNumbers.suffix(2000) { _ = service.delivery(number)?.at.rfc3339 }
    _ = service.issuedIDs.count
    _ = service.entries.rules.count + service.entries.buckets.count
  }

  private static func change(_ service: inout ServiceState) {
    if let rule = service.fixture.rules.first {
      var unnamed = rule
      unnamed.name = nil
      guard case .inserted(let entry) = service.insert(unnamed, .first) else { return }
      precondition(service.rule(entry.id) == entry)
    }
    for part in [ServiceState.Part.clock, .rules] { service.reset(part) }
    if let bucket = service.fixture.buckets.first { service.reset(.jobs, ofBucket: bucket.name.pattern) }
  }
}

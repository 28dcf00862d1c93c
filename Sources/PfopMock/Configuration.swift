import HTTPServer
import PfopEngine

/// What a server is started with. Every default is the one of `pfop-mock serve`.
public struct Configuration: Sendable {
  /// Name or address to listen on.
  public var host = "127.0.0.1"

  /// The port to listen on; 0 takes any that is free.
  public var port: UInt16 = 0

  /// `https://` on a port of its own; nil for `http://` alone.
  public var tls: TLSSettings?

  /// Fixture files and folders of them, by path; none, and no `fixtureText`, means the fixture that is built in, `fixtures/default.yaml`.
  public var fixtures: [String] = []

  /// One more fixture, as text: a test may show all it needs. Beside `fixtures` if there are any, else alone.
  public var fixtureText: String?

  /// Which generation of the API is spoken.
  public enum Dialect: String, CaseIterable, Sendable {
    /// The API as first documented.
    case classic
    /// What today's official SDKs expect.
    case current
  }

  /// Goes before the fixture's word on the whole server, not before a bucket's own; nil leaves it to the fixture, or to
  /// `classic`.
  public var dialect: Dialect?

  /// How ids are written in JSON.
  public enum IDFormat: String, CaseIterable, Sendable {
    /// A number.
    case int64
    /// A string of decimal digits.
    case string
    /// A string such as `z0.1a2b`.
    case zoned
  }

  /// Goes before the fixture's word on the whole server, not before a bucket's own; nil leaves it to the fixture, or to the
  /// dialect.
  public var idFormat: IDFormat?

  /// How far `X-Qiniu-Date` may be from the clock, in the dialect `current`; zero means that nobody looks.
  public var maxSkew = Duration.seconds(15 * 60)

  /// Where clients reach the server, if that is another address than it listens on: `http://host[:port]` or
  /// `https://host[:port]`.
  public var publicURL: String?

  /// Requests are answered for the names of the real service, `publicURL`, `localhost` and the address that is listened on
  /// only; others get 421.
  public var strictHost = false

  /// The first persistentId, 1 to 2^63 − 1; each further one is greater by one.
  public var idStart: Int64 = 1

  /// How many jobs and how many deliveries are kept, at least 1; the oldest that have finished leave first.
  public var maxJobs = 1_000_000

  /// How many octets are kept for clients, 16 MiB to 1 TiB: what the process takes by itself comes on top. Each store has a
  /// share of its own. Of jobs the oldest that have finished leave first, and where none has the next one is answered 503.
  public var maxMemory = 1 << 30

  /// What moves the time of jobs, retries and delays.
  public enum Clock: String, CaseIterable, Sendable {
    /// It passes.
    case real
    /// It stands until `POST /__admin/clock/advance` moves it.
    case manual
  }

  /// What moves the time of jobs, retries and delays. Connections' deadlines always go by real time.
  public var clock = Clock.real

  /// What is drawn by chance depends on it. With one of its own a run can be had again: the same requests in the same
  /// order get the same answers. `X-Reqid` follows from it then, and the service's clock, which `Date` shows as well,
  /// begins at 2026-01-01T00:00:00Z; whoever wants times to be the same too holds the clock, and serves with one loop.
  /// Nil takes one that nobody knows before.
  public var seed: UInt64?

  /// A file that keeps the state from one run to the next: it is loaded at the start if it is there, and written when the
  /// server stops, through `<file>.draft` beside it. It is for one server at a time; folders are not made. Nil keeps
  /// nothing.
  public var stateFile: String?

  /// How many requests the journal keeps, at least 1; the oldest leaves first. Each has about 2 KiB for itself and its
  /// answer: where they are longer there are fewer, and all of them take an eighth of `maxMemory` at most.
  public var journalCapacity = 10_000

  /// A file to which the journal is appended, one JSON object a line; nil for none. It may be a pipe with a reader, or
  /// `/dev/stderr`. Folders are not made.
  public var journalFile: String?

  /// What a caller of the admin API has to send as `Authorization: Bearer …`; one or more visible ASCII characters. Nil
  /// means that admin calls are answered on loopback addresses only, and need nothing.
  public var adminToken: String?

  /// A port for admin calls alone, on the same `host`; 0 takes any that is free. They are answered there whatever the address
  /// is, and nowhere else. Nil means that they come to `port`.
  public var adminPort: UInt16?

  /// How many threads serve, 1 to 64; nil means one less than there are processors, within that range.
  public var loops: Int?

  package static let loopRange = 1...64
  package static var allowedLoops: String { "\(loopRange.lowerBound) to \(loopRange.upperBound)" }

  /// Answers carry the field `X-Mock-Diagnosis`, which says why a request was refused.
  public var sendsDiagnosis = true

  /// Requests that were accepted get a log line at level info, as those that were refused; otherwise at level debug.
  public var logsAcceptedRequests = true

  /// What may be notified beside this machine: each a host name, an address, a network such as `10.0.0.0/8`, or `*`.
  /// Notifications for others are written down as suppressed.
  public var notifyAllowed: [String] = []

  /// A file of certificates in PEM that a receiver of notifications may have, beside those that the machine trusts.
  public var notifyCAFile: String?

  /// How notifications are signed.
  public var notifySigning = NotificationSigning.none

  /// How often a notification is tried, 1 to 100; when the last try has failed the job's code is 4.
  public var notifyTries = 5

  /// The wait between the first failure of a notification and the second try; each further one is twice as long.
  public var notifyBackoff = Duration.seconds(1)

  /// How long each of connecting, sending and being answered may take.
  public var notifyDeadline = Duration.seconds(5)

  /// How many notifications are under way to one receiver at a time, at least 1.
  public var notifyConcurrency = 32

  /// The same for all receivers together: a process may hold a thousand descriptors as a rule.
  package var notifyConcurrencyInAll = 512

  /// How often listeners to events hear something while nothing happens, in milliseconds of real time.
  package var eventHeartbeat = 15_000

  /// Finds the addresses behind the host of a notifyURL; may block.
  package var resolve: @Sendable (_ host: String, _ port: UInt16) throws(ServerError) -> [SocketAddress] =
    SocketAddress.resolve

  /// How much and how long a client may; the program's flags set it.
  package var limits = ServerLimits()

  /// The default configuration.
  public init() {}
}

extension Configuration {
  /// How many threads serve on a machine of so many processors.
  func readLoops(processors: Int) throws(StartFailure) -> Int {
    let range = Configuration.loopRange
    let loops = loops ?? min(max(processors - 1, range.lowerBound), range.upperBound)
    guard range.contains(loops) else {
      throw StartFailure(problems: ["loops: \(loops) is out of range; allowed: \(Configuration.allowedLoops)"])
    }
    return loops
  }

  var fixtureSource: FixtureSource { FixtureSource(paths: fixtures, text: fixtureText) }

  func serviceSettings(seed: UInt64) -> ServiceState.Settings {
    let dialect = dialect.map { dialect -> PfopEngine.Dialect in
      switch dialect {
      case .classic: .classic
      case .current: .current
      }
    }
    let idFormat = idFormat.map { format -> PfopEngine.IDFormat in
      switch format {
      case .int64: .int64
      case .string: .string
      case .zoned: .zoned
      }
    }
    return ServiceState.Settings(
      idStart: idStart, maxJobs: maxJobs, dialect: dialect, idFormat: idFormat, notification: notificationPolicy,
      seed: seed, memory: memory)
  }

  /// What `maxMemory` may be.
  package static var allowedMemory: ClosedRange<Int> { MemoryBudget.allowed }

  var memory: MemoryBudget { MemoryBudget(octets: maxMemory) }

  /// The command line refuses the same values before they come here.
  /// - Throws: `StartFailure` with a line for each property that is out of its range.
  func checkRanges() throws(StartFailure) {
    var problems: [String] = []
    func require(_ isInRange: Bool, _ property: String, _ allowed: String) {
      if !isInRange { problems.append("\(property) is out of range; allowed: \(allowed)") }
    }
    let memory = Configuration.allowedMemory
    require(memory.contains(maxMemory), "maxMemory \(maxMemory)", "\(memory.lowerBound) to \(memory.upperBound)")
    require(idStart >= 1, "idStart \(idStart)", "1 to \(Int64.max)")
    require(maxJobs >= 1, "maxJobs \(maxJobs)", "1 and more")
    require(1...10_000_000 ~= journalCapacity, "journalCapacity \(journalCapacity)", "1 to 10000000")
    require(1...100 ~= notifyTries, "notifyTries \(notifyTries)", "1 to 100")
    require(notifyBackoff >= .zero, "notifyBackoff \(notifyBackoff)", "0 s and more")
    require(notifyConcurrency >= 1, "notifyConcurrency \(notifyConcurrency)", "1 and more")
    guard problems.isEmpty else { throw StartFailure(problems: problems) }
  }

  var notificationPolicy: NotificationPolicy {
    NotificationPolicy(tries: notifyTries, backoff: notifyBackoff.nanoseconds)
  }

  var serviceClock: ServiceClock {
    let mode: ServiceClock.Mode =
      switch clock {
      case .real: .real
      case .manual: .manual
      }
    let wall = seed == nil ? SystemClock.wall : Configuration.seededStart
    return ServiceClock(mode, wall: wall, monotonic: SystemClock.monotonic)
  }

  /// 2026-01-01T00:00:00Z, in nanoseconds since 1970-01-01T00:00:00Z.
  private static let seededStart: Int64 = 1_767_225_600_000_000_000

  var clientLimits: ClientLimits {
    var limits = ClientLimits()
    let milliseconds = max(notifyDeadline.nanoseconds / 1_000_000, 1)
    limits.connectDeadline = milliseconds
    limits.sendDeadline = milliseconds
    limits.answerDeadline = milliseconds
    return limits
  }
}

extension Duration {
  /// As many as an Int64 holds.
  var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return overflow
      ? (seconds < 0 ? .min : .max) : product.addingReportingOverflow(attoseconds / 1_000_000_000).partialValue
  }
}

/// The command line reads spans of time as fixtures do.
package typealias DurationText = PfopEngine.DurationText

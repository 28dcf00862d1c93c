import HTTPServer
import PfopEngine

/// What a server is started with. Every default is the one of `pfop-mock serve`.
public struct Configuration: Sendable {
  /// Name or address to listen on.
  public var host = "127.0.0.1"

  /// The port to listen on; 0 takes any that is free.
  public var port: UInt16 = 0

  /// Fixture files and folders of them, by path; empty means the fixture that is built in, `fixtures/default.yaml`.
  public var fixtures: [String] = []

  /// The first persistentId, 1 to 2^63 − 1; each further one is greater by one.
  public var idStart: Int64 = 1

  /// How many jobs and how many deliveries are kept, at least 1; the oldest that have finished leave first.
  public var maxJobs = 1_000_000

  /// Whether time passes by itself for jobs, retries and delays, or stands until `advance` moves it.
  package var clock = ServiceClock.Mode.real

  /// How many requests the journal keeps, at least 1; the oldest leaves first.
  public var journalCapacity = 10_000

  /// What a caller of the admin API has to send as `Authorization: Bearer …`; one or more visible ASCII characters. Nil
  /// means that admin calls are answered on loopback addresses only, and need nothing.
  public var adminToken: String?

  /// How many threads serve; nil means one less than there are processors, and at least one.
  public var loops: Int?

  /// Answers carry the field `X-Mock-Diagnosis`, which says why a request was refused.
  public var sendsDiagnosis = true

  /// Requests that were accepted get a log line at level info, as those that were refused; otherwise at level debug.
  public var logsAcceptedRequests = true

  /// How much and how long a client may; the program's flags set it.
  package var limits = ServerLimits()

  /// The default configuration.
  public init() {}
}

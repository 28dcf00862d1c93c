import ArgumentParser
import PfopMock

/// Every flag of `serve`. `EnvironmentDefaults` gives each a twin in the environment.
struct ServeOptions: ParsableArguments {
  @Option(help: "Name or address to listen on.")
  var host = "127.0.0.1"

  @Option(help: ArgumentHelp("Port to listen on; 0 takes any that is free.", valueName: "0-65535"))
  var port: UInt16 = 8599

  @Option(
    help: ArgumentHelp(
      "File to write the port to once it is listened on; for one server at a time.", valueName: "path"))
  var portFile: String?

  @Option(
    help: ArgumentHelp("Fixture file, or folder of them; may be repeated. (default: built in)", valueName: "path"))
  var fixture: [String] = []

  @Flag(help: "Load the fixtures again whenever one of their files changes.")
  var watch = false

  @Option(help: ArgumentHelp("Which generation of the API is spoken. (default: the fixture's, or classic)"))
  var dialect: Configuration.Dialect?

  @Option(help: ArgumentHelp("How ids are written in JSON. (default: the fixture's, or the dialect's)"))
  var idFormat: Configuration.IDFormat?

  @Option(
    help: ArgumentHelp(
      "How far X-Qiniu-Date may be from this machine's clock, in the dialect current; 0 turns it off.",
      valueName: Milliseconds.examples))
  var maxSkew = MaximumSkew(Milliseconds(15 * 60_000))

  @Option(
    help: ArgumentHelp(
      "Where clients reach the server, if not where it listens: behind a port mapping, or by a name.",
      valueName: "url"))
  var publicUrl: String?

  @Flag(help: "Answer 421 to requests for other hosts than the real service's and this server's own.")
  var strictHost = false

  @Option(help: "The first persistentId.")
  var idStart: Int64 = 1

  @Option(help: "How many jobs are kept; the oldest leaves first.")
  var maxJobs = 1_000_000

  @Option(
    help: ArgumentHelp(
      "Octets that may be kept for clients, in shares: half for jobs, an eighth for the journal. The oldest finished jobs leave first; if none has finished, 503.",
      valueName: "octets"))
  var maxMemory = Configuration().maxMemory

  @Option(help: "How many requests the journal keeps, in 2 KiB each on average; the oldest leaves first.")
  var journalSize = 10_000

  @Option(
    help: ArgumentHelp(
      "File, pipe or /dev/stderr to append the journal to, one JSON object a line; opened anew on SIGHUP.",
      valueName: "path"))
  var journalFile: String?

  @Option(help: "How many threads serve, 1 to 64. (default: processors - 1)")
  var loops: Int?

  @Option(
    help: ArgumentHelp(
      "What admin calls need, as Authorization: Bearer; without it they are for loopback addresses only.",
      valueName: "token"))
  var adminToken: String?

  @Option(
    help: ArgumentHelp(
      "Answer admin calls on this port, whatever the address, and there alone; 0 takes any that is free.",
      valueName: "0-65535"))
  var adminPort: UInt16?

  @Flag(help: "Leave the header X-Mock-Diagnosis out of answers.")
  var noDiagnosis = false

  @OptionGroup var log: LogOptions

  @Option(
    help: ArgumentHelp(
      "How long requests under way may take after SIGTERM; scripted delays end with it.",
      valueName: Milliseconds.examples))
  var grace = Milliseconds(5000)

  @Option(
    help: ArgumentHelp(
      "The same one lets the same requests draw the same by chance. (default: another each time, told at the start)"))
  var seed: UInt64?

  @Option(help: "Whether the time of jobs and retries passes by itself, or only by POST /__admin/clock/advance.")
  var clock = Configuration.Clock.real

  @Option(
    help: ArgumentHelp(
      "File to go on from if it is there, and to save all jobs, counts and ids to at a graceful stop; for one server at a time.",
      valueName: "path"))
  var stateFile: String?

  @OptionGroup(title: "TLS")
  var tls: TLSOptions

  @OptionGroup(title: "Notifications")
  var notify: NotifyOptions

  @OptionGroup(title: "Limits")
  var limits: LimitOptions

  func validate() throws {
    try ServeOptions.require(idStart >= 1, "--id-start \(idStart)", "1 to 9223372036854775807")
    try ServeOptions.require(maxJobs >= 1, "--max-jobs \(maxJobs)", "1 and more")
    let memories = Configuration.allowedMemory
    try ServeOptions.require(
      memories.contains(maxMemory), "--max-memory \(maxMemory)", "\(memories.lowerBound) to \(memories.upperBound)")
    try ServeOptions.require((1...10_000_000).contains(journalSize), "--journal-size \(journalSize)", "1 to 10000000")
    try ServeOptions.require(
      publicUrl.map { PublicURL($0) != nil } ?? true, "--public-url \(publicUrl ?? "")", PublicURL.allowed)
    // Not a word of what was given: it may be all but right.
    try ServeOptions.require(adminToken.map(AdminToken.isValid) ?? true, "--admin-token", AdminToken.allowed)
    if let loops {
      try ServeOptions.require(
        Configuration.loopRange.contains(loops), "--loops \(loops)", Configuration.allowedLoops)
    }
  }

  static func require(_ condition: Bool, _ given: String, _ allowed: String) throws {
    if !condition { throw ValidationError("\(given) is out of range; allowed: \(allowed)") }
  }

  /// What the server is to be started with.
  /// - Parameter isTerminal: someone watches the log.
  func configuration(isTerminal: Bool) -> Configuration {
    var configuration = Configuration()
    configuration.host = host
    configuration.port = port
    configuration.fixtures = fixture
    configuration.dialect = dialect
    configuration.idFormat = idFormat
    configuration.maxSkew = .milliseconds(maxSkew.milliseconds?.count ?? 0)
    configuration.publicURL = publicUrl
    configuration.strictHost = strictHost
    configuration.idStart = idStart
    configuration.maxJobs = maxJobs
    configuration.maxMemory = maxMemory
    configuration.journalCapacity = journalSize
    configuration.journalFile = journalFile
    configuration.loops = loops
    configuration.adminToken = adminToken
    configuration.adminPort = adminPort
    configuration.sendsDiagnosis = !noDiagnosis
    // Nobody reads a file of thousands of accepted requests; what was refused is always worth a line.
    configuration.logsAcceptedRequests = isTerminal
    configuration.seed = seed
    configuration.stateFile = stateFile
    configuration.clock = clock
    tls.apply(to: &configuration)
    notify.apply(to: &configuration)
    limits.apply(to: &configuration)
    return configuration
  }
}

extension Configuration.Dialect: ExpressibleByArgument {}

extension Configuration.IDFormat: ExpressibleByArgument {}

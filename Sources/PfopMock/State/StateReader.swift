import ByteText
import PfopEngine

/// Reads what `StateWriter` writes, and says of anything else where it is and what is allowed.
struct StateReader {
  private static let required = ["format", "version", "seed", "clock", "ids", "accounts", "fixture"]
  private static let optional = ["scripts", "attempts", "repeats", "created", "files", "deliveries", "jobs"]
  /// As far as counts go: numbers that every reader of JSON takes for what they are.
  static let counts = 0...ServiceSnapshot.largestCount
  /// When something is due: a wait can reach past what the service's clock comes to.
  static let times: ClosedRange<Int64> = 0...Int64.max - 1

  private let json: JSONTreeReader
  private let known: [Account]
  private var snapshot = ServiceSnapshot()

  /// - Parameters:
  ///   - document: the whole of it.
  ///   - accounts: those whose secrets are known.
  static func read(_ document: ByteView, accounts: [Account]) throws(SnapshotProblem) -> ServiceSnapshot {
    var reader = StateReader(json: try JSONTreeReader(document), known: accounts)
    try reader.readDocument()
    try reader.snapshot.check()
    return reader.snapshot
  }

  private init(json: JSONTreeReader, known: [Account]) {
    self.json = json
    self.known = known
  }

  private mutating func readDocument() throws(SnapshotProblem) {
    var accounts: [Account] = []
    var fixture: ByteView?
    try json.fields(required: Self.required, optional: Self.optional) { name throws(SnapshotProblem) in
      switch name {
      case "format":
        guard try json.string() == StateWriter.format else {
          throw json.problem("is no state of this server", allowed: StateWriter.format)
        }
      case "version": try readVersion()
      case "seed": snapshot.seed = try readSeed(radix: 10)
      case "clock": try readClock()
      case "ids": try readIDs()
      case "accounts": accounts = try readAccounts()
      case "fixture":
        // A file may have nothing in it, and would be told so.
        guard json.isObject else { throw json.problem("is not an object", allowed: "an object, as in files of JSON") }
        fixture = try json.raw()
      case "scripts": snapshot.scripts = try readScripts()
      case "attempts": try readAttempts()
      case "repeats":
        try json.items { () throws(SnapshotProblem) in snapshot.repeats.append(try json.integer(1...Int64.max)) }
      case "created":
        try json.items { () throws(SnapshotProblem) in snapshot.created.append(try json.octets()) }
      case "files":
        try json.items { () throws(SnapshotProblem) in snapshot.files.append(try json.file()) }
      case "deliveries": try readDeliveries()
      default:
        try json.items { () throws(SnapshotProblem) in snapshot.jobs.append(try json.storedJob()) }
      }
    }
    try json.end()
    if let fixture { snapshot.fixture = try Self.fixture(fixture, accounts) }
  }

  private func readVersion() throws(SnapshotProblem) {
    let version = try json.integer(1...Int64.max)
    guard version <= StateWriter.version else {
      throw json.problem(
        "is \(version), of a pfop-mock newer than this one", allowed: "versions up to \(StateWriter.version)")
    }
  }

  private func readSeed(radix: Int) throws(SnapshotProblem) -> UInt64 {
    guard let seed = UInt64(try json.string(), radix: radix) else {
      throw json.problem("is no such number", allowed: "a number from 0 to 2^64 - 1 as text, to the base \(radix)")
    }
    return seed
  }

  private mutating func readClock() throws(SnapshotProblem) {
    try json.fields(required: ["now", "start"], optional: ["mode"]) { name throws(SnapshotProblem) in
      switch name {
      case "now": snapshot.now = Timestamp(nanoseconds: try json.integer(Timestamp.clockRange))
      case "start": snapshot.start = Timestamp(nanoseconds: try json.integer(Timestamp.clockRange))
      default: _ = try json.choice(ServiceClock.Mode.allCases, \.rawValue)
      }
    }
    if snapshot.start > snapshot.now { throw json.problem("now is before the start", allowed: "now from start on") }
  }

  private mutating func readIDs() throws(SnapshotProblem) {
    try json.fields(required: ["first", "next"]) { name throws(SnapshotProblem) in
      if name == "first" {
        snapshot.firstID = try json.integer(1...Int64.max)
      } else {
        snapshot.nextID = try json.readNull() ? nil : try json.integer(1...Int64.max)
      }
    }
  }

  private func readAccounts() throws(SnapshotProblem) -> [Account] {
    let known = Dictionary(known.map { ($0.accessKey, $0) }) { first, _ in first }
    var accounts: [Account] = []
    try json.items { () throws(SnapshotProblem) in
      guard let account = known[try json.string()] else {
        throw json.problem(
          "no account has that AccessKey here, and a state holds no secrets",
          allowed: "AccessKeys of accounts that this server has: start it with the fixture that they are in")
      }
      accounts.append(account)
    }
    return accounts
  }

  private func readScripts() throws(SnapshotProblem) -> [ServiceSnapshot.Script] {
    var scripts: [ServiceSnapshot.Script] = []
    try json.items { () throws(SnapshotProblem) in
      var script = ServiceSnapshot.Script(owner: "", random: 0, rows: [])
      let fields = ["owner", "random", "rows"]
      try json.fields(required: fields, optional: ["id", "off"]) { name throws(SnapshotProblem) in
        switch name {
        case "id": script.id = try json.integer(1...ServiceSnapshot.largestCount)
        case "off": script.isOff = try json.boolean()
        case "owner": script.owner = try json.string()
        case "random": script.random = try readSeed(radix: 16)
        default: try json.items { () throws(SnapshotProblem) in script.rows.append(try json.row()) }
        }
      }
      scripts.append(script)
    }
    return scripts
  }

  private mutating func readAttempts() throws(SnapshotProblem) {
    try json.members { name throws(SnapshotProblem) in
      guard let hash = UInt64(name, radix: 16) else {
        throw json.problem("is no hash", allowed: "up to 16 hexadecimal digits")
      }
      snapshot.attempts.append(ServiceSnapshot.Attempt(hash: hash, count: try json.integer(Self.counts)))
    }
  }

  private mutating func readDeliveries() throws(SnapshotProblem) {
    try json.fields(required: ["next", "list"]) { name throws(SnapshotProblem) in
      if name == "next" {
        snapshot.nextDelivery = try json.integer(1...Int64(Self.counts.upperBound) + 1)
      } else {
        try json.items { () throws(SnapshotProblem) in snapshot.deliveries.append(try json.delivery()) }
      }
    }
  }

  /// The fixture's own reader knows what may stand in it.
  private static func fixture(_ json: ByteView, _ accounts: [Account]) throws(SnapshotProblem) -> Fixture {
    switch FixtureLoader.decode(json: String(decoding: json, as: UTF8.self), accounts: accounts) {
    case .loaded(let fixture): return fixture
    case .refused(let problems):
      let problem = problems[0]
      throw SnapshotProblem(
        path: problem.path.isEmpty ? "fixture" : "fixture.\(problem.path)", what: problem.what,
        allowed: problem.allowed)
    }
  }
}

import ArgumentParser
import Testing

@testable import pfop_mock

struct EnvironmentDefaultsTests {
  private func options(_ environment: [String: String]) throws -> ServeOptions { try options([], environment) }

  private func options(_ arguments: [String], _ environment: [String: String]) throws -> ServeOptions {
    let arguments = try EnvironmentDefaults.arguments(arguments, environment: environment)
    return try #require(try PfopMockCommand.parseAsRoot(arguments) as? ServeCommand).options
  }

  private struct Twin: Sendable {
    var name: String
    var value: String
    /// What it sets, as text.
    var read: @Sendable (ServeOptions) -> String
    var shown: String

    init(
      _ name: String, _ value: String, shown: String? = nil, _ read: @escaping @Sendable (ServeOptions) -> any Sendable
    ) {
      self.name = name
      self.value = value
      self.shown = shown ?? value
      self.read = { "\(read($0))" }
    }
  }

  private static let twins: [Twin] = [
    Twin("HOST", "::1") { $0.host },
    Twin("PORT", "9000") { $0.port },
    Twin("PORT_FILE", "/a b/port") { $0.portFile ?? "" },
    Twin("FIXTURE", "a.yaml:b c", shown: "a.yaml b c") { $0.fixture.joined(separator: " ") },
    Twin("DIALECT", "current") { $0.dialect?.rawValue ?? "" },
    Twin("ID_FORMAT", "zoned") { $0.idFormat?.rawValue ?? "" },
    Twin("SEED", "18446744073709551615") { $0.seed ?? 0 },
    Twin("STATE_FILE", "/tmp/state") { $0.stateFile ?? "" },
    Twin("WATCH", "yes", shown: "true") { $0.watch },
    Twin("MAX_SKEW", "0") { $0.maxSkew.defaultValueDescription },
    Twin("PUBLIC_URL", "http://api.example") { $0.publicUrl ?? "" },
    Twin("STRICT_HOST", "on", shown: "true") { $0.strictHost },
    Twin("ID_START", "9007199254740993") { $0.idStart },
    Twin("MAX_JOBS", "7") { $0.maxJobs },
    Twin("MAX_MEMORY", "16777216") { $0.maxMemory },
    Twin("JOURNAL_SIZE", "8") { $0.journalSize },
    Twin("JOURNAL_FILE", "/a b/journal") { $0.journalFile ?? "" },
    Twin("LOOPS", "3") { $0.loops ?? 0 },
    Twin("NO_DIAGNOSIS", "yes", shown: "true") { $0.noDiagnosis },
    Twin("LOG_FORMAT", "json") { $0.log.logFormat },
    Twin("LOG_LEVEL", "error") { $0.log.logLevel.level },
    Twin("CLOCK", "manual") { $0.clock },
    Twin("TLS", "true") { $0.tls.tls },
    Twin("TLS_PORT", "9443") { $0.tls.tlsPort },
    Twin("TLS_CERT", "/a b/cert.pem") { $0.tls.tlsCert ?? "" },
    Twin("TLS_KEY", "/a b/key.pem") { $0.tls.tlsKey ?? "" },
    Twin("TLS_CA_OUT", "/a b/ca.pem") { $0.tls.tlsCaOut ?? "" },
    Twin("NOTIFY_ALLOW", "a.example,2001:db8::/32", shown: "a.example 2001:db8::/32") {
      $0.notify.notifyAllow.joined(separator: " ")
    },
    Twin("NOTIFY_SIGN", "QBox", shown: "qbox") { $0.notify.notifySign },
    Twin("NOTIFY_CA", "/a b/ca.pem") { $0.notify.notifyCa ?? "" },
    Twin("NOTIFY_TRIES", "3") { $0.notify.notifyTries },
    Twin("NOTIFY_BACKOFF", "2s", shown: "2000") { $0.notify.notifyBackoff.count },
    Twin("NOTIFY_DEADLINE", "7s", shown: "7000") { $0.notify.notifyDeadline.count },
    Twin("NOTIFY_CONCURRENCY", "9") { $0.notify.notifyConcurrency },
    Twin("ADMIN_TOKEN", "open-sesame", shown: "open-sesame") { $0.adminToken ?? "nil" },
    Twin("ADMIN_PORT", "0") { $0.adminPort.map(String.init) ?? "nil" },
    Twin("GRACE", "3s", shown: "3000") { $0.grace.count },
    Twin("MAX_CONNECTIONS", "5") { $0.limits.maxConnections },
    Twin("MAX_REQUEST_LINE", "100") { $0.limits.maxRequestLine },
    Twin("MAX_HEADER", "101") { $0.limits.maxHeader },
    Twin("MAX_FIELDS", "6") { $0.limits.maxFields },
    Twin("MAX_BODY", "0") { $0.limits.maxBody },
    Twin("HANDSHAKE_DEADLINE", "3ms", shown: "3") { $0.limits.handshakeDeadline.count },
    Twin("HEADER_DEADLINE", "1ms", shown: "1") { $0.limits.headerDeadline.count },
    Twin("BODY_DEADLINE", "2ms", shown: "2") { $0.limits.bodyDeadline.count },
    Twin("IDLE_DEADLINE", "1h", shown: "3600000") { $0.limits.idleDeadline.count },
    Twin("STRICT_FRAMING", "1", shown: "true") { $0.limits.strictFraming },
  ]

  @Test func everyFlagHasATwin() throws {
    // All flags that people are told of, so that this table is complete.
    let told = PfopMockCommand.helpMessage(for: ServeCommand.self, columns: 200).split(separator: "\n")
      .compactMap { $0.prefixMatch(of: /\s+--([a-z-]+)/).map { String($0.1) } }
    let flags = EnvironmentDefaults.flags
    #expect(Set(flags.map(\.name)) == Set(told).subtracting(["version", "help"]))
    #expect(flags.map(\.variable).sorted() == Self.twins.map { "PFOP_MOCK_\($0.name)" }.sorted())

    let untouched = try options([:])
    for twin in Self.twins {
      #expect(try twin.read(options(["PFOP_MOCK_\(twin.name)": twin.value])) == twin.shown, "\(twin.name)")
      #expect(twin.read(untouched) != twin.shown, "\(twin.name): the value has to differ from the default")
    }
    let all = Dictionary(uniqueKeysWithValues: Self.twins.map { ("PFOP_MOCK_\($0.name)", $0.value) })
    let together = try options(all)
    #expect(Self.twins.map { $0.read(together) } == Self.twins.map(\.shown))
  }

  @Test(arguments: [["--port", "1"], ["--port=1"], ["serve", "--port", "1"], ["--host", "h", "--port=1"]])
  func aFlagWins(arguments: [String]) throws {
    // The variable is not even looked at.
    #expect(try options(arguments, ["PFOP_MOCK_PORT": "2"]).port == 1)
    #expect(try options(arguments, ["PFOP_MOCK_PORT": "no port"]).port == 1)
    #expect(try options(["--fixture", "a"], ["PFOP_MOCK_FIXTURE": "b:c"]).fixture == ["a"])
  }

  @Test(arguments: [
    ("1", true), ("TRUE", true), ("On", true), ("0", false), ("false", false), ("off", false), ("", false),
  ])
  func flagsWithoutValueAreTrueOrFalse(value: String, isSet: Bool) throws {
    #expect(try options(["PFOP_MOCK_NO_DIAGNOSIS": value]).noDiagnosis == isSet)
  }

  @Test func anEmptyVariableCountsAsNone() throws {
    let empty = Dictionary(uniqueKeysWithValues: EnvironmentDefaults.flags.map { ($0.variable, "") })
    #expect(try EnvironmentDefaults.arguments([], environment: empty) == ["serve"])
  }

  @Test(arguments: [
    ("PORT", "65536"), ("PORT", " 1"), ("ID_START", "0"), ("GRACE", "5"), ("LOG_FORMAT", "xml"), ("NO_DIAGNOSIS", "2"),
    ("STRICT_FRAMING", "strict"), ("MAX_FIELDS", "10001"),
  ])
  func aBadValueNamesItsVariable(name: String, value: String) throws {
    #expect {
      try EnvironmentDefaults.arguments([], environment: ["PFOP_MOCK_\(name)": value])
    } throws: { error in
      "\(error)".hasPrefix("PFOP_MOCK_\(name): ") && "\(error)".contains(value)
    }
  }

  @Test(arguments: [
    ["check", "a"], ["sign"], ["help"], ["--help"], ["serve", "--help"], ["--port", "1", "-h"], ["--version"],
  ])
  func onlyServeIsConcerned(arguments: [String]) throws {
    #expect(try EnvironmentDefaults.arguments(arguments, environment: ["PFOP_MOCK_PORT": "bad"]) == arguments)
  }

  @Test func misspeltVariablesAreToldOthersAreNot() {
    let environment = [
      "PFOP_MOCK_PRT": "1", "PFOP_MOCK_IDSTART": "1", "PFOP_MOCK_PORT": "1", "PFOP_MOCK_BINARY": "1",
      "PFOPMOCK_PORT": "1",
    ]
    #expect(
      EnvironmentDefaults.warnings(environment: environment) == [
        "PFOP_MOCK_IDSTART is not used: Unknown option '--idstart'. Did you mean '--id-start'?",
        "PFOP_MOCK_PRT is not used: Unknown option '--prt'. Did you mean '--port'?",
      ])
  }
}

import Foundation
import Guarded
import Logging
import TestSupport
import Testing

@testable import PfopMock

/// A client puts a SecretKey wherever a request has room for it; nothing that the server tells of it afterwards holds it.
struct SecretOutletTests {
  /// One as real ones are, one of the least length that counts, and one that every encoding changes.
  private static let secrets = [MockServer.secretKey, "hunter22", #"p%s "w\r+d/ü"#]

  // MARK: - What the client does

  /// Everything but letters and digits as an escape, and with `all` these too.
  private static func escaped(_ text: String, all: Bool = false, uppercase: Bool = true) -> String {
    text.utf8.map { octet in
      let isPlain = 0x30...0x39 ~= octet || 0x41...0x5A ~= octet || 0x61...0x7A ~= octet
      let digits = String(Int(octet) + 256, radix: 16, uppercase: uppercase).dropFirst()
      return isPlain && !all ? String(UnicodeScalar(octet)) : "%\(digits)"
    }.joined()
  }

  /// The secret behind as much filling that a text cut after `limit` octets ends within it.
  private static func atCut(of limit: Int, _ secret: String) -> String {
    String(repeating: "x", count: max(limit - 7 - secret.utf8.count / 4, 0)) + secret
  }

  /// Every length at which anything is cut; for one secret, since each takes its time.
  private static func limits(_ secret: String) -> [Int] {
    secret == MockServer.secretKey ? [0, 32, 40, 64, 80, 128, 200, 256, 512, 2048, 4096] : [0, 128]
  }

  /// - Parameter body: as it is sent.
  private static func post(_ body: String, _ fields: String = "", path: String = "/pfop") throws -> String {
    let call = try SignedCall(
      method: "POST", url: path, contentType: SignedCall.formType, body: body, scheme: "QBox",
      accessKey: MockServer.accessKey, secretKey: MockServer.secretKey)
    return "POST \(path) HTTP/1.1\r\nHost: api.qiniu.com\r\nAuthorization: \(call.authorization)\r\n\(fields)"
      + "Content-Type: \(SignedCall.formType)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  private static func pfop(_ change: (PfopText) -> PfopText) throws -> String { try change(PfopText()).request() }

  private static func accepted(_ secret: String) throws -> [String] {
    let sound = ["bucket=open", "notifyURL=http%3A%2F%2F127.0.0.1%3A9%2Fdone", "fops=avinfo"].joined(separator: "&")
    let ways = [
      escaped(secret), escaped(secret, all: true), escaped(secret, all: true, uppercase: false),
      secret.replacing("%", with: "%25").replacing("+", with: "%2B").replacing(" ", with: "+"),
    ]
    return try ways.map { try post("\(sound)&key=\($0)") } + [
      pfop { $0.with("bucket", "open").with("key", secret).with("pipeline", secret) },
      pfop { $0.with("bucket", "open").with("fops", "avthumb/\(secret)") },
      pfop { $0.with("bucket", "open").with("notifyURL", "http://127.0.0.1:9/\(escaped(secret))") },
      pfop { $0.with("bucket", "open").with("notifyURL", "http://\(secret.filter(\.isLetter)).invalid/\(secret)") },
      pfop { $0.with("bucket", "open").with(secret, secret) },
      // A quotation of what quotes it.
      pfop { $0.with("bucket", "open").with("key", "{\"a\": \(secret.jsonString)}") },
      UploadTests.Upload(scope: "open", key: secret, file: secret).request(),
    ]
  }

  private static func refused(_ secret: String) throws -> [String] {
    var requests: [String] = []
    for limit in limits(secret) {
      let long = atCut(of: limit, secret)
      let form = PfopText().with("bucket", "open")
      for field in ["bucket", "key", "fops", "notifyURL", "pipeline", "force", "type", long] {
        requests.append(try PfopText().with(field, long).request())
        requests.append(try form.with(field, long).request())
      }
      let line = escaped(long)
      var (text, typed, dated) = (PfopText(), PfopText(), PfopText(date: "x"))
      text.accessKey = secret
      typed.contentType = "text/\(long)"
      dated.extraFields = "X-Test: \(long)\r\nUser-Agent: \(long)\r\n"
      if long.utf8.allSatisfy({ 0x20...0x7E ~= $0 }) {
        requests += try [text, typed, dated].map { try $0.request() }
        requests += [
          "GET /status/get/prefop?id=1 HTTP/1.1\r\nHost: a\r\nAuthorization: \(long)\r\n\r\n",
          "GET /status/get/prefop?id=1 HTTP/1.1\r\nHost: a\r\nAuthorization: QBox \(long):x\r\n\r\n",
        ]
      }
      requests += [
        "GET /status/get/prefop?id=\(line) HTTP/1.1\r\nHost: a\r\n\r\n", "GET /\(line) HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /stat/\(line) HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
        "GET /v4/query?ak=\(line)&bucket=\(line)&\(line) HTTP/1.1\r\nHost: a\r\n\r\n",
        try post("bucket=\(line)&key=%\(line)"),
        try UploadTests.Upload(scope: "nowhere:\(long)", key: long).request(),
        try UploadTests.Upload(policy: #","persistentOps":"avinfo","\#("x")":1"#, key: long, token: long).request(),
        try UploadTests.Upload(scope: "open", policy: #","persistentOps":\#("saveas/\(long)".jsonString)"#).request(),
      ]
    }
    // What is kept of a message ends within it.
    let head = try post("").utf8.count + 4
    requests.append(try post("a=" + atCut(of: 16_384 - head - 2, secret)))
    return requests
  }

  // MARK: - What is told

  /// Everything told of what clients sent, by where it was told.
  private final class Told {
    private var texts: [String: Set<[UInt8]>] = [:]

    func add(_ outlet: String, _ octets: [UInt8]) { texts[outlet, default: []].insert(octets) }
    func add(_ outlet: String, _ text: String) { add(outlet, Array(text.utf8)) }

    /// - Parameter masking: outlets that tell of the places where a secret was.
    func expectNoSecret(masking: [String]) {
      let search = SecretSearch(SecretOutletTests.secrets)
      for (outlet, texts) in texts {
        let findings = texts.compactMap { search.finding(in: $0) }
        #expect(findings.first == nil, "\(outlet) tells a secret in \(findings.count) texts")
      }
      for outlet in masking {
        let isMasked = texts[outlet, default: []].contains { $0.firstRange(of: Array("********".utf8)) != nil }
        #expect(isMasked, "\(outlet) shows no place of a secret")
      }
    }
  }

  private static let yaml = """
    accounts:
      - { accessKey: short, secretKey: hunter22 }
      - { accessKey: odd, secretKey: 'p%s "w\\r+d/ü' }
    buckets:
      open: { keys: ["*"], job: { waiting: 1s } }
      counted: { keys: ["*"], then: [{ accept: true, times: 2 }, { status: 599 }] }
    rules:
      - { name: by key, countBy: key, when: { bucket: open, key: "[no]*" }, then: [{ accept: true }] }
      - { name: by agent, countBy: accessKey, phase: request, when: { userAgent: "x*" }, then: [{ accept: true }] }
    """

  private static func sendAll(to mock: MockServer, _ told: Told) throws {
    for secret in secrets {
      for request in try accepted(secret) + refused(secret) {
        let answer = try mock.answer(to: request)
        // The body is the service's own, and stays as it is.
        for field in answer.fields { told.add("field \(field.name)", field.value) }
      }
    }
  }

  @Test func noOutletTellsASecretThatAClientSent() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let told = Told()
    let log = Collector()
    let mock = try MockServer(yaml: Self.yaml, log: log.logger) {
      $0.clock = .manual
      $0.notifyTries = 1
      $0.journalFile = folder + "/journal"
      $0.stateFile = folder + "/state"
      $0.limits.parser.content = 64 << 20
    }
    let listener = try mock.connect()
    try listener.send("GET /__admin/events HTTP/1.0\r\nHost: localhost\r\n\r\n")
    while !listener.received.contains(Array(": listening\n\n".utf8)) { try listener.receiveMore() }
    try Self.sendAll(to: mock, told)
    try mock.advance("10s")
    // The marker is the last that happens.
    _ = try mock.answer(to: "GET /marker HTTP/1.1\r\nHost: a\r\n\r\n")
    while !listener.received.suffix(2000).contains(Array("/marker".utf8)) { try listener.receiveMore() }
    told.add("events", listener.received)
    for route in AdminRoutes.all.sorted(by: { Self.rank($0) < Self.rank($1) }) {
      try Self.ask(route, mock, told)
    }
    // What was forgotten by these calls comes once more.
    for secret in Self.secrets { for request in try Self.accepted(secret) { _ = try mock.answer(to: request) } }
    for request in try mock.server.requests() { told.add("requests()", "\(request)") }
    for entry in mock.server.journal {
      told.add("journal", "\(entry)")
      told.add("journal", entry.request.kept + entry.answer.kept)
    }
    mock.server.stop()
    for (outlet, file) in [("journal file", "/journal"), ("state file", "/state")] {
      for line in try Data(contentsOf: URL(fileURLWithPath: folder + file)).split(separator: 10) {
        told.add(outlet, Array(line))
      }
    }
    for line in log.lines { told.add("log", line) }
    told.expectNoSecret(masking: [
      "field X-Mock-Diagnosis", "events", "GET state", "GET jobs", "GET jobs/{id}", "GET notifications",
      "GET requests", "GET requests/{reqid}", "POST explain", "POST requests/verify", "requests()", "journal",
      "journal file", "state file", "log",
    ])
  }

  // MARK: - Admin calls

  /// First what only tells, last what makes forgotten.
  private static func rank(_ route: AdminRoute) -> Int {
    switch route.method {
    case .get: 0
    case .put: 1
    case .delete: 3
    default: route.path.description == "reset" ? 4 : 2
    }
  }

  private static func ask(_ route: AdminRoute, _ mock: MockServer, _ told: Told) throws {
    for call in try calls(of: route, mock) {
      // It does not end; the listener has heard it.
      if route.path.description == "events", !call.path.contains("?") { continue }
      let request =
        "\(route.method.name) /__admin/\(call.path) HTTP/1.1\r\nHost: localhost\r\n"
        + "Content-Length: \(call.body.utf8.count)\r\n\r\n\(call.body)"
      let answer = try mock.answer(to: request)
      #expect(answer.status < 500, "\(route.name) \(call.path) \(call.body.prefix(200)): \(answer.text.prefix(200))")
      told.add(route.name, answer.body)
      for field in answer.fields { told.add(route.name, field.value) }
    }
  }

  /// A call for each place that a row of the table has for a text, with a secret there; and sound ones.
  private static func calls(of route: AdminRoute, _ mock: MockServer) throws -> [(path: String, body: String)] {
    let sound = soundCall(of: route, mock)
    var calls = sound.bodies.map { (sound.path, $0) }
    for secret in secrets {
      for text in limits(secret).map({ atCut(of: $0, secret) }) {
        let path = route.path.description.replacing(/{\w+}/, with: escaped(text))
        if path.contains("%") || path != route.path.description { calls.append((path, sound.bodies[0])) }
        for name in route.query.map(\.description) + [escaped(text)] {
          if !route.isOpen { calls.append((sound.path + "?\(name)=\(escaped(text))", "")) }
        }
        guard let body = route.description.body else { continue }
        var names = [text, "keys", "then", "when", "format", "accounts", "fixture"]
        // Whatever is said to be a secret would be masked from then on.
        if case .object(let members) = body { names += members.map(\.name).filter { $0 != "secretKey" } }
        let value = text.jsonString
        for name in names.map(\.jsonString) {
          for body in ["{\(name): \(value)}", "{\(name): [\(value)]}", "{\(name): {\(value): \(value)}}"] {
            calls.append((sound.path, body))
          }
        }
        calls += [(sound.path, text), (sound.path, value)]
      }
    }
    return calls
  }

  /// - Returns: at least one body.
  private static func soundCall(of route: AdminRoute, _ mock: MockServer) -> (path: String, bodies: [String]) {
    let values = ["name": "open", "id": "1", "accessKey": "short", "reqid": "0", "n": "1"]
    var path = route.path.description
    for (name, value) in values { path = path.replacing("{\(name)}", with: value) }
    let isListing = route.query.contains { $0.description == "limit" }
    let bodies: [String] =
      switch route.name {
      case "PUT state": [try? mock.admin("state").text].compactMap { $0 }
      case "PUT buckets/{name}": secrets.map { #"{"keys": [\#($0.jsonString)]}"# }
      case "POST rules":
        secrets.map { #"{"when": {"key": \#($0.jsonString)}, "then": {"status": 599, "error": \#($0.jsonString)}}"# }
      case "PUT accounts/{accessKey}": [#"{"secretKey": "hunter22"}"#]
      case "POST explain":
        secrets.flatMap { secret in
          [
            #"{"path": \#("/pfop?\(escaped(secret))".jsonString), "body": \#("bucket=\(escaped(secret))".jsonString)}"#,
            #"{"curl": \#("curl -d bucket=media -d key='\(secret)' http://a/pfop".jsonString)}"#,
          ]
        }
      case "POST requests/verify":
        [#"{"when": {"bucket": "nothing"}}"#] + secrets.map { #"{"when": {"key": \#($0.jsonString)}, "atMost": 0}"# }
      case "POST jobs/wait": [#"{"ids": [1, 2], "until": "result"}"#]
      default: ["{}"]
      }
    return (path + (isListing ? "?limit=10000" : ""), bodies)
  }

  /// Messages of a logger, with their metadata.
  private final class Collector: Sendable {
    private let collected = Guarded<[String]>([])

    var lines: [String] { collected.withLock { $0 } }

    var logger: Logger {
      var logger = Logger(label: "test") { _ in Handler(collector: self) }
      logger.logLevel = .trace
      return logger
    }

    private struct Handler: LogHandler {
      let collector: Collector
      var metadata: Logger.Metadata = [:]
      var logLevel = Logger.Level.trace

      subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
      }

      func log(event: LogEvent) {
        collector.collected.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
      }
    }
  }
}

import Dispatch
import Foundation
import Guarded
import Logging
import PfopMock
import TestSupport
import Testing

/// A server of a test's own, and what a client needs to talk to it.
final class MockServer: Sendable {
  static let accessKey = "testak-0123456789ABCDEFGHIJKLMNOPQRSTUVW"
  static let secretKey = "testsk-0123456789abcdefghijklmnopqrstuvw"

  let server: PfopMockServer
  private let transport: Transport

  /// - Parameters:
  ///   - fixture: a file of the checkout.
  ///   - transport: how `connect` speaks to it.
  ///   - log: takes the server's log lines.
  init(
    fixture: String = "fixtures/default.yaml", over transport: Transport = EachTransport.transport,
    log: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
    _ change: (inout Configuration) -> Void = { _ in }
  ) throws {
    self.transport = transport
    var configuration = Configuration()
    if transport == .tls { configuration.tls = try AuthorityFolder.settings }
    configuration.fixtures = ["\(Checkout.root)/\(fixture)"]
    change(&configuration)
    server = try PfopMockServer.start(configuration, logger: log)
  }

  /// - Parameter yaml: what to load besides `fixtures/default.yaml`.
  convenience init(
    yaml: String, over transport: Transport = EachTransport.transport,
    log: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
    _ change: (inout Configuration) -> Void = { _ in }
  ) throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).yaml").path
    try yaml.write(toFile: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: file) }
    try self.init(over: transport, log: log) { configuration in
      configuration.fixtures.append(file)
      change(&configuration)
    }
  }

  deinit { server.stop(grace: .zero) }

  /// The port that `connect` connects to.
  var port: UInt16 {
    get throws {
      switch transport {
      case .plain: server.port
      case .tls: try #require(server.tlsPort)
      }
    }
  }

  func connect() throws -> RawClient { try RawClient(port: port, over: transport) }

  /// Sends one request on a connection of its own.
  func answer(to request: String) throws -> RawResponse {
    let client = try connect()
    try client.send(request)
    return try client.readResponse()
  }
}

extension MockServer {
  /// Makes a pfop request that is accepted, and returns its id.
  func pfop(_ change: (PfopText) -> PfopText = { $0 }) throws -> Int {
    let answer = try answer(to: change(PfopText()).request())
    return try #require(answer.json["persistentId"] as? Int, "\(answer.text)")
  }

  /// Makes an admin call.
  /// - Parameter body: JSON; nil for a GET.
  func admin(_ path: String, _ body: String? = nil) throws -> RawResponse {
    try answer(
      to: body.map { body in
        "POST /__admin/\(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
      } ?? "GET /__admin/\(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
  }

  /// The status of a job, as clients see it.
  func status(_ id: Int) throws -> [String: Any] {
    try answer(to: "GET /status/get/prefop?id=\(id) HTTP/1.1\r\nHost: a\r\n\r\n").json
  }

  /// Sends a request `each` times on each of so many connections at once, pipelined.
  /// - Returns: all responses, in no order.
  func responsesInParallel(to request: String, connections: Int, each: Int = 1) throws -> [RawResponse] {
    let outcome = Guarded<(responses: [RawResponse], failures: [String])>(([], []))
    DispatchQueue.concurrentPerform(iterations: connections) { _ in
      do {
        let client = try connect()
        try client.send(String(repeating: request, count: each))
        for _ in 0..<each {
          let response = try client.readResponse()
          outcome.withLock { $0.responses.append(response) }
        }
      } catch {
        outcome.withLock { $0.failures.append("\(error)") }
      }
    }
    let (responses, failures) = outcome.withLock { $0 }
    #expect(failures == [])
    return responses
  }

  func advance(_ by: String) throws {
    let answer = try admin("clock/advance", "{\"by\": \"\(by)\"}")
    #expect(answer.status == 200, "\(answer.text)")
  }

  func deliveries(_ query: String = "") throws -> [[String: Any]] {
    try #require(admin("notifications?limit=10000&\(query)").json["notifications"] as? [[String: Any]])
  }
}

extension MockServer {
  struct Undecided: Error {
    var awaited: String
    var journal: [JournalEntry]
  }

  /// Returns once so many requests have been decided, whether they are answered or not.
  func awaitDecisions(_ count: Int) throws { try awaitJournal("\(count) requests") { $0.count >= count } }

  /// Returns once the request for that key is the last that has been decided.
  func awaitDecision(of key: String) throws { try awaitJournal(key) { $0.last?.key == key } }

  private func awaitJournal(_ awaited: String, until isThere: ([JournalEntry]) -> Bool) throws {
    let end = ContinuousClock.now + .seconds(10)
    while case let journal = server.journal, !isThere(journal) {
      guard ContinuousClock.now < end else { throw Undecided(awaited: awaited, journal: journal) }
      sched_yield()
    }
  }
}

extension RawResponse {
  /// The content, which has to be a JSON object.
  var json: [String: Any] {
    get throws { try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)") }
  }
}

extension RawResponse {
  /// What an answer to `GET metrics` says of them; the one it was asked on is one.
  var openConnections: Int? {
    let name = "pfop_mock_connections "
    return text.split(separator: "\n").first { $0.hasPrefix(name) }.flatMap { Int($0.dropFirst(name.count)) }
  }
}

/// The text of a pfop request, healthy unless told otherwise.
struct PfopText {
  var fields = ["bucket=media", "key=video.mp4", "fops=avinfo", "notifyURL=http://127.0.0.1:9/done"]
  var path = "/pfop"
  var accessKey = MockServer.accessKey
  var secretKey = MockServer.secretKey
  var contentType = SignedCall.formType
  var scheme = "QBox"
  /// The value of X-Qiniu-Date.
  var date: String?
  var extraFields = ""
  var isChunked = false

  /// Replaces the field of that name; nil leaves it out.
  func with(_ name: String, _ value: String?) -> PfopText {
    var text = self
    text.fields.removeAll { $0.hasPrefix(name + "=") }
    if let value { text.fields.append("\(name)=\(value)") }
    return text
  }

  func request() throws -> String {
    let body = SignedCall.encode(form: fields)
    let call = try SignedCall(
      method: "POST", url: path.hasPrefix("/") ? "http://api.qiniu.com\(path)" : path, contentType: contentType,
      body: body, date: date, scheme: scheme,
      accessKey: accessKey, secretKey: secretKey)
    let half = body.utf8.count / 2
    let framed =
      isChunked
      ? "Transfer-Encoding: chunked\r\n\r\n\(String(half, radix: 16))\r\n\(body.prefix(half))\r\n"
        + "\(String(body.utf8.count - half, radix: 16))\r\n\(body.dropFirst(half))\r\n0\r\n\r\n"
      : "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    return "POST \(path) HTTP/1.1\r\nHost: api.qiniu.com\r\nAuthorization: \(call.authorization)\r\n"
      + "Content-Type: \(contentType)\r\n\(date.map { "X-Qiniu-Date: \($0)\r\n" } ?? "")\(extraFields)\(framed)"
  }
}

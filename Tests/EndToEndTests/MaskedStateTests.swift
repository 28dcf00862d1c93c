import Foundation
import TestSupport
import Testing

@testable import PfopMock

/// A state in which secrets are masked is a state all the same.
struct MaskedStateTests {
  /// Two of a length: what is told of them is the same.
  private static let secrets = ["hunter22", "hunter33"]

  private static func yaml(_ secrets: [String]) -> String {
    let accounts = secrets.enumerated().map { "  - { accessKey: ak\($0), secretKey: \"\($1)\" }\n" }.joined()
    return """
      accounts:
      \(accounts)
      buckets:
        open: { keys: ["*"], job: { waiting: 5s } }
        odd: { keys: ["*"], job: { result: failed, error: no such thing, errorIndex: 0, waiting: 1s, notifyAfter: 2s } }
      rules:
        - { name: by key, countBy: key, when: { bucket: open }, then: [{ accept: true, times: 2 }, { rateLimit: { perSecond: 1, burst: 9 } }, { accept: true }] }
        - { name: of the query, phase: request, countBy: accessKey, when: { path: /status/get/prefop }, then: { accept: true } }
      """
  }

  private static func server(_ secrets: [String]) throws -> MockServer {
    try MockServer(yaml: yaml(secrets)) {
      $0.clock = .manual
      $0.dialect = .current
      $0.idFormat = .int64
      $0.limits.parser.content = 8 << 20
      $0.notifyTries = 2
    }
  }

  /// Jobs in each phase, steps counted for names, keys that jobs and uploads made, notifications.
  private static func live(_ mock: MockServer, _ keys: [String], _ receiver: Receiver) throws {
    for key in keys {
      let entry = Data("media:\(key)".utf8).base64EncodedString()
      for change: (PfopText) -> PfopText in [
        { $0.with("bucket", "open").with("key", key).with("pipeline", key) },
        { $0.with("bucket", "odd").with("key", key).with("notifyURL", "\(receiver.url)?\(key)") },
        { $0.with("bucket", "open").with("key", key).with("fops", "avthumb/mp4|saveas/\(entry)") },
        { $0.with("bucket", "open").with("key", key).with("fops", nil).with("workflowTemplateID", key) },
        { $0.with("bucket", "open").with("key", key).with("notifyURL", "http://\(key).invalid/\(key)") },
      ] { _ = try mock.pfop(change) }
      let upload = UploadTests.Upload(scope: "open", key: key, file: key)
      #expect(try mock.answer(to: upload.request()).status == 200)
      // In octets that are no text.
      let client = try mock.connect()
      let odd = Array("GET /status/get/prefop?id=1 HTTP/1.1\r\nHost: a\r\nAuthorization: QBox \(key)".utf8) + [0xFF]
      try client.send(odd + Array(":x\r\n\r\n".utf8))
      #expect(try client.readResponse().status == 200)
    }
    try mock.advance("1s")
  }

  private static func put(_ mock: MockServer, _ state: String) throws -> RawResponse {
    try mock.call("PUT", "state", state)
  }

  @Test func aStateWithMaskedTextIsTakenOver() throws {
    let receiver = try Receiver([500, 200])
    let original = try Self.server(Self.secrets)
    try Self.live(original, Self.secrets, receiver)
    let state = try original.admin("state").text
    #expect(state.contains(#""key": "********""#) && state.contains(#""open:********""#) && state.contains("base64"))
    #expect(SecretSearch(Self.secrets).finding(in: Array(state.utf8)) == nil)
    for mock in [original, try Self.server(Self.secrets)] {
      let answer = try Self.put(mock, state)
      #expect(answer.status == 200, "\(answer.text)")
      #expect(try answer.json["jobs"] as? Int == 10)
      #expect(try mock.status(1)["inputKey"] as? String == "********")
      #expect(try mock.admin("state").text.contains(#""key": "********""#))
      // What is still to happen happens, to those as well of which nobody knows where they were.
      try mock.advance("20s")
      for id in 1...10 { #expect([0, 3, 4].contains(try mock.status(id)["code"] as? Int), "\(id)") }
      #expect(try mock.pfop { $0.with("bucket", "open").with("key", "another") } == 11)
    }
  }

  // MARK: - Words

  /// The names of all members, and texts, that are one word.
  private static func words(of value: Any) -> Set<String> {
    if let object = value as? [String: Any] {
      return object.reduce(into: Set(object.keys.filter { $0.allSatisfy(\.isLetter) })) {
        $0.formUnion(words(of: $1.value))
      }
    }
    if let list = value as? [Any] { return list.reduce(into: []) { $0.formUnion(words(of: $1)) } }
    return (value as? String).map { $0.allSatisfy(\.isLetter) ? [$0] : [] } ?? []
  }

  private static let documents = [
    "state", "jobs", "notifications", "requests", "requests/0", "buckets", "rules", "accounts", "settings", "jobs/1",
    "openapi.json", "schema",
  ]

  private static func words(_ mock: MockServer) throws -> Set<String> {
    try documents.reduce(into: []) { words, path in words.formUnion(Self.words(of: try mock.admin(path).json)) }
  }

  /// Whoever calls a SecretKey as a member is called gets answers that can be read, and a state that can be taken over.
  @Test func wordsOfTheAPIStayWhateverSecretsAre() throws {
    let receiver = try Receiver()
    let plain = try Self.server(["unrelated-secret"])
    try Self.live(plain, ["akey.mp4"], receiver)
    try plain.advance("3s")
    // Some are of the service, which tests of clients read from jobs; and the rest is text.
    let others: Set = ["Succeeded"]
    let words = try Self.words(plain).filter { $0.utf8.count >= SecretMask.minimumCount }.subtracting(others)
    #expect(words.isSuperset(of: ["notifyURL", "createdAt", "processing", "decidedBy", "workflowTemplateID"]))
    let mock = try Self.server(words.sorted())
    try Self.live(mock, ["akey.mp4"], receiver)
    try mock.advance("3s")
    let left = words.subtracting(try Self.words(mock))
    #expect(left.isEmpty)
    let answer = try Self.put(mock, try mock.admin("state").text)
    #expect(answer.status == 200, "\(answer.text)")
    #expect(try mock.answer(to: "GET /__admin/ HTTP/1.1\r\nHost: localhost\r\n\r\n").text == plain.admin("").text)
  }
}

import Foundation
import PfopEngine
import TestSupport
import Testing

@testable import PfopMock

/// A fixture that is written down and read again is the same.
struct FixtureJSONTests {
  private static let accounts = [Account(accessKey: "ak", secretKey: "never-shown")]

  private static func loaded(_ reading: FixtureReading) throws -> Fixture {
    switch reading {
    case .loaded(let fixture): return fixture
    case .refused(let problems): throw StartFailure(problems: problems.map(\.description))
    }
  }

  private static func rewritten(_ fixture: Fixture) throws -> Fixture {
    var parts = JSONParts(fixture.parts)
    var octets: [UInt8] = []
    while let slice = parts.next() { octets += slice }
    let text = String(decoding: octets, as: UTF8.self)
    #expect(!text.contains("never-shown"))
    return try loaded(FixtureLoader.decode(json: text, accounts: fixture.accounts))
  }

  private static func rewrite(_ yaml: String) throws {
    var fixture = try loaded(FixtureLoader.decode(json: yaml, accounts: accounts))
    #expect(try rewritten(fixture) == fixture)
    fixture.accounts = []
    #expect(try rewritten(fixture) == fixture)
  }

  @Test(arguments: ["default.yaml", "permissive.yaml"])
  func theFixturesThatShip(file: String) throws {
    let fixture = try Self.loaded(FixtureLoader.load(paths: ["\(Checkout.root)/fixtures/\(file)"]))
    #expect(try Self.rewritten(fixture) == fixture)
  }

  @Test(
    arguments: [
      "{ accept: true }", "{ status: 599 }", "{ status: 571, error: own text, times: 3 }",
      "[{ status: 599, times: 2 }, { accept: true }]", "[{ status: 599, probability: 1 }, { accept: true }]",
      "[{ status: 599, probability: 0.00001 }, { status: 500, probability: 0.1, times: 9 }, { accept: true }]",
      "{ rateLimit: { perSecond: 0.001 } }",
      "{ rateLimit: { perSecond: 2.5, burst: 7, status: 429, retryAfter: 0 }, error: slow }",
      "[{ rateLimit: { perSecond: 1000000 } }, { accept: true }]", "{ delay: 250ms }", "{ delay: 0.5ms }",
      "{ delay: { uniform: [50ms, 1.0005s] } }", "{ delay: { lognormal: { median: 1s, sigma: 0.25 } } }",
      "{ dribble: { chunks: 5, over: 1m }, body: '', headers: { X-A: b, x-b: '1' } }",
      "{ bandwidth: 64KiB, body: \"a\\u007f\\u0085\\u009f\\ufeff\\n\\t\\\"\\\\ 中 😀\" }", "{ fault: hang, delay: 1s }",
      "{ fault: hang, status: 599 }", "{ fault: truncatedBody }", "{ fault: hang, accept: true }",
      "{ accept: true, job: { waiting: 1ms, processing: 1h, result: failed, error: bad, errorIndex: 3, notifyAfter: 2s } }",
      "{ fault: earlyNotification }",
    ] + Fault.allCases.map { "{ fault: \($0.rawValue) }" })
  func everyStep(then: String) throws {
    try Self.rewrite("{ buckets: { b: { keys: [k], then: \(then) } }, rules: [{ then: \(then) }] }")
  }

  @Test(
    arguments: [
      "bucket: 'a\\*b*'", "key: x", "fops: avthumb/*", "pipeline: p", "notifyURL: 'http://*'", "accessKey: a",
      "type: 1",
      "force: 0", "path: /pfop", "method: POST", "header: { X-A: '*', Y: c, x-a: b }", "userAgent: Q*", "attempt: 3",
      "attempt: 2..", "attempt: ..5", "time: 1.5s..1m", "time: 10s..", "bucket: a, key: b, type: 0",
    ])
  func everyCondition(when: String) throws {
    try Self.rewrite("{ rules: [{ name: n, countBy: key, when: { \(when) }, then: { status: 599 } }] }")
  }

  @Test(arguments: ["request", "connection"])
  func everyPhase(phase: String) throws {
    try Self.rewrite("{ rules: [{ phase: \(phase), countBy: connection, then: { fault: hang, times: 2 } }] }")
  }

  @Test func bucketsKeepTheirOrderAndWhatTheySay() throws {
    let names = (0..<50).map { "b\($0 * 7 % 50)*" }
    let buckets = names.map { "'\($0)': { keys: ['1', 'a*', \"\\u0080\"], dialect: current, idFormat: zoned }" }
    try Self.rewrite("{ dialect: classic, idFormat: string, buckets: { \(buckets.joined(separator: ", ")), empty: } }")
  }

  @Test func secretsAreRefused() throws {
    switch FixtureLoader.decode(json: "{ accounts: [{ accessKey: a, secretKey: b }] }", accounts: []) {
    case .loaded: Issue.record("a snapshot with secrets is taken")
    case .refused(let problems): #expect(problems.map(\.path) == ["accounts"])
    }
  }
}

import PfopEngine
import Testing

@testable import PfopMock

/// What is wrong with a state is told with its place, and nothing else is taken.
struct StateReaderTests {
  private static let parts: [(name: String, text: String)] = [
    ("format", #""pfop-mock state""#), ("version", "1"), ("seed", #""18446744073709551615""#),
    ("clock", #"{"mode": "real", "now": 9, "start": 5}"#), ("ids", #"{"first": 1, "next": 4}"#),
    ("accounts", #"["ak"]"#),
    ("fixture", #"{"buckets": {"b": {"then": {"status": 599}}}, "rules": [{"then": {"accept": true}}]}"#),
  ]
  private static let job =
    #""id": 2, "createdAt": 1, "accessKey": "ak", "traits": 0, "phase": "finished", "notification": "none""#
  private static let delivery =
    #""number": 1, "id": 2, "attempt": 1, "at": 1, "duration": 0, "authorization": "", "address": "", "outcome": "failed""#

  private static func read(_ changes: [String: String?]) throws -> ServiceSnapshot {
    var parts = parts
    for (name, text) in changes {
      parts.removeAll { $0.name == name }
      if let text { parts.append((name, text)) }
    }
    let text = "{" + parts.map { "\"\($0.name)\": \($0.text)" }.joined(separator: ", ") + "}"
    return try Array(text.utf8).withUnsafeBytes {
      try StateReader.read($0, accounts: [Account(accessKey: "ak", secretKey: "s")])
    }
  }

  @Test func whatIsLeftOutIsAtItsBeginning() throws {
    let snapshot = try Self.read(["jobs": "[{\(Self.job)}]"])
    #expect(snapshot.seed == .max)
    #expect(snapshot.fixture.accounts.map(\.secretKey) == ["s"])
    #expect(snapshot.scripts == nil)
    #expect(snapshot.jobs.map(\.job.id) == [2])
    #expect(snapshot.jobs[0].job.result == .success)
  }

  @Test(
    arguments: [
      ("format", #""x""#, "format", "pfop-mock state"),
      ("version", "2", "version", "is 2, of a pfop-mock newer than this one versions up to 1"),
      ("fixture", "null", "fixture", "is not an object"), ("fixture", "[]", "fixture", "is not an object"),
      ("created", "[5]", "created[0]", "is neither a text nor octets"),
      ("version", "0", "version", "a whole number"), ("version", "1.0", "version", "a whole number"),
      ("seed", "1", "seed", "a text"), ("seed", #""-1""#, "seed", "2^64 - 1"),
      ("clock", nil, "clock", "an object with"),
      ("clock", #"{"now": 1, "start": 2}"#, "clock", "now from start on"),
      ("clock", #"{"now": 1.5, "start": 1}"#, "clock.now", "a whole number"),
      ("clock", #"{"mode": "odd", "now": 1, "start": 1}"#, "clock.mode", "real, manual"),
      ("clock", #"{"now": 1, "start": 1, "strat": 1}"#, "clock.strat", "start"),
      ("clock", #"{"now": 1, "now": 1}"#, "clock.now", "once"),
      ("ids", #"{"first": 5, "next": 4}"#, "ids.next", "ids.first"), ("ids", #"{"first": 0}"#, "ids.first", "from 1"),
      ("accounts", #"["ak", "other"]"#, "accounts[1]", "start it with the fixture"),
      ("accounts", #"[{"accessKey": "ak"}]"#, "accounts[0]", "a text"),
      ("fixture", #"{"buckets": {"b": {"kees": []}}}"#, "fixture.buckets.b.kees", "keys"),
      ("fixture", #"{"accounts": [{"accessKey": "a", "secretKey": "b"}]}"#, "fixture.accounts", "AccessKeys"),
      ("scripts", "[]", "scripts", "one for each rule"),
      (
        "scripts", #"[{"owner": "rule 1", "random": "0", "rows": []}, {"owner": "x", "random": "0", "rows": []}]"#,
        "scripts[1].owner", "bucket and its name"
      ),
      (
        "scripts",
        #"[{"owner": "rule 1", "random": "g", "rows": []}]"#, "scripts[0].random", "base 16"
      ),
      (
        "scripts",
        #"[{"owner": "rule 1", "random": "0", "rows": [{"name": "", "taken": [1, 2]}]}, {"owner": "bucket b", "random": "0", "rows": []}]"#,
        "scripts[0].rows[0]", "1, one for each step"
      ),
      ("attempts", #"{"xyz": 1}"#, "attempts.xyz", "hexadecimal"), ("attempts", #"{"a": -1}"#, "attempts.a", "from 0"),
      ("created", #"["b:k", 5]"#, "created[1]", "an object"),
      ("created", #"[{"base64": "***"}]"#, "created[0].base64", "letters"),
      ("files", #"[{"entry": "b:k"}]"#, "files[0].size", "entry, size"),
      ("jobs", "[{}]", "jobs[0].id", "id, createdAt"), ("jobs", "{}", "jobs", "a list"),
      ("jobs", "[{\(job)}, {\(job)}]", "jobs[1].id", "ascending"),
      ("jobs", "[{\(job), \"due\": 5}]", "jobs[0]", "due exactly"),
      ("jobs", "[{\(job), \"notifyURL\": \"http://a/\"}]", "jobs[0]", "notification none"),
      ("jobs", "[{\(job), \"plan\": {\"waiting\": \"soon\"}}]", "jobs[0].plan.waiting", "a number and ms"),
      ("jobs", "[{\(job), \"encounters\": {\"x\": \"returnedOld\"}}]", "jobs[0].encounters.x", "0 to 999"),
      ("jobs", "[{\(job), \"encounters\": {\"0\": \"odd\"}}]", "jobs[0].encounters.0", "returnedOld, fileExists"),
      ("jobs", "[{\(job), \"x\": 1}]", "jobs[0].x", "id, createdAt"),
      ("jobs", "[1", "jobs[0]", "an object"), ("jobs", "[]]", "", ""), ("created", "[\"\u{1}\"]", "created[0]", ""),
      ("deliveries", #"{"next": 1, "list": []}"#.replacing("1", with: "0"), "deliveries.next", "from 1"),
      ("deliveries", "{\"next\": 1, \"list\": [{\(delivery)}]}", "deliveries.list[0].number", "before deliveries.next"),
      (
        "deliveries", "{\"next\": 2, \"list\": [{\(delivery.replacing("failed", with: "answered"))}]}",
        "deliveries.list[0]", "status"
      ),
      ("repeats", "[0]", "repeats[0]", "from 1"), ("jbos", "[]", "jbos", "did you mean jobs?"),
    ] as [(String, String?, String, String)])
  func everyProblemIsToldWithItsPlace(part: String, text: String?, path: String, words: String) throws {
    let problem = try #require(throws: SnapshotProblem.self) { try Self.read([part: text]) }
    #expect(problem.path == path)
    #expect(words.isEmpty || "\(problem.what) \(problem.allowed ?? "")".contains(words), "\(problem)")
  }

  @Test func anIDThatWasNotGivenOutHasNoJob() throws {
    let problem = try #require(throws: SnapshotProblem.self) {
      try Self.read(["ids": #"{"first": 1, "next": 2}"#, "jobs": "[{\(Self.job)}]"])
    }
    #expect(problem.path == "jobs[0].id")
  }

  @Test func octetsThatAreNoTextAreKept() throws {
    let octets: [UInt8] = [0x62, 0x3A, 0xFF, 0x00]
    let text = String(decoding: JSONWriter.json { $0.value(octets: octets) }, as: UTF8.self)
    #expect(try Self.read(["created": "[\(text), \"b:k\"]"]).created == [octets, Array("b:k".utf8)])
  }

  @Test(arguments: ["", "[]", "{", "{}", "null", "{\"format\"}", "\u{FF}"])
  func whatIsNoStateAtAllIsRefused(text: String) {
    #expect(throws: SnapshotProblem.self) {
      try Array(text.utf8).withUnsafeBytes { try StateReader.read($0, accounts: []) }
    }
  }

  @Test(arguments: [0.1, 1e-5, 1.25e-12, 5, 1e6, 123456.789, 3.0000000000000004e-7, 0, 1.5e17])
  func numbersAreReadAsTheyWereWritten(number: Double) throws {
    let text = String(decoding: JSONWriter.json { $0.value(number) }, as: UTF8.self)
    #expect(!text.contains("e"))
    #expect(Double(text) == number)
  }
}

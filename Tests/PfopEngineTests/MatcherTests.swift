import ByteText
import Testing

@testable import PfopEngine

struct MatcherTests {
  /// Fields by their names in lower case.
  private struct Fields: FieldLookup {
    var lines: [(name: String, value: String)]

    func hasField(named name: [UInt8], where matches: (ByteView) -> Bool) -> Bool {
      lines.contains { line in Array(line.name.utf8) == name && line.value.withBytes(matches) }
    }
  }

  /// Whether a rule with that `when` decides the request.
  private func holds(
    _ when: String, _ changes: KeyValuePairs<String, String?> = [:], at time: Int64 = 0, dialect: String = "current",
    _ change: (inout RuleSubject) -> Void = { _ in }
  ) throws -> Bool {
    var state = ServiceState(
      fixture: try Samples.fixture(
        "dialect: \(dialect)\nbuckets: { \"*\": { keys: [\"*\"] } }\nrules: [{ when: \(when), then: { status: 599 } }]")
    )
    switch try state.script(Samples.form(changes), at: time, change).decision {
    case .accepted, .unanswered: return false
    case .refused: return true
    }
  }

  @Test(arguments: [
    ("{ bucket: media }", true), ("{ bucket: \"m*a\" }", true), ("{ bucket: other }", false),
    ("{ key: video.mp4 }", true), ("{ key: \"*.mp4\" }", true), ("{ key: x }", false),
    ("{ fops: \"avthumb/*\" }", true), ("{ fops: avthumb }", false),
    ("{ pipeline: p }", true), ("{ pipeline: \"?\" }", false), ("{ notifyURL: \"http://127.0.0.1:*\" }", true),
    ("{ notifyURL: \"https*\" }", false), ("{ accessKey: ak }", true), ("{ accessKey: \"b*\" }", false),
    ("{ type: 1 }", true), ("{ type: 0 }", false), ("{ force: 1 }", true), ("{ force: 0 }", false),
    ("{ bucket: media, key: x }", false), ("{ bucket: media, key: \"*\" }", true), ("{}", true),
  ])
  func ofTheForm(_ when: String, _ isHeld: Bool) throws {
    #expect(try holds(when, ["pipeline": "p", "type": "1", "force": "1"]) == isHeld)
  }

  @Test func whatIsLeftOutIsEmpty() throws {
    #expect(try holds("{ pipeline: \"*\" }"))
    #expect(try holds("{ notifyURL: \"*\" }", ["notifyURL": nil]))
    #expect(try !holds("{ notifyURL: \"http*\" }", ["notifyURL": nil]))
    #expect(try holds("{ type: 0, force: 0 }"))
  }

  @Test(arguments: [
    ("{ path: /pfop/ }", true), ("{ path: /pfop }", false), ("{ method: POST }", true), ("{ method: post }", false),
    ("{ userAgent: \"QiniuPython/*\" }", true), ("{ userAgent: curl }", false),
    ("{ header: { X-Test: \"a*\" } }", true), ("{ header: { x-TEST: abc } }", true),
    ("{ header: { X-Test: b } }", false),
    ("{ header: { X-Test: second } }", true), ("{ header: { X-None: \"*\" } }", false),
    ("{ header: { X-Test: abc, X-Other: \"\\\\*\" } }", true), ("{ header: { X-Test: abc, X-Other: y } }", false),
  ])
  func ofTheHead(_ when: String, _ isHeld: Bool) throws {
    let isMatched = try "/pfop/".withBytes { path in
      try "POST".withBytes { method in
        try "QiniuPython/7.18.0 (Linux)".withBytes { agent in
          try holds(when) { subject in
            subject.path = path
            subject.method = method
            subject.userAgent = agent
            subject.fields = Fields(lines: [("x-test", "abc"), ("x-other", "*"), ("x-test", "second")])
          }
        }
      }
    }
    #expect(isMatched == isHeld)
  }

  @Test(arguments: [
    ("1", [true, false, false, false]), ("2..3", [false, true, true, false]), ("3..", [false, false, true, true]),
    ("..2", [true, true, false, false]), ("2..2", [false, true, false, false]),
  ])
  func ofTheAttempt(_ range: String, _ expected: [Bool]) throws {
    var state = ServiceState(
      fixture: try Samples.fixture(
        "buckets: { \"*\": { keys: [\"*\"] } }\nrules: [{ when: { attempt: \(range) }, then: { status: 599 } }]"))
    for form in [Samples.form(), Samples.form(["key": "another"])] {
      #expect(try (0..<4).map { _ in try state.outcome(form) == "599 server operation failed" } == expected)
    }
  }

  @Test func ofTheTimeSinceTheStart() throws {
    let second: Int64 = 1_000_000_000
    for (range, seconds) in [("10s..20s", 10...20), ("15s..", 15...30), ("..12s", 0...12)]
      as [(String, ClosedRange<Int64>)]
    {
      for time in Int64(0)...30 {
        #expect(try holds("{ time: \(range) }", at: time * second) == seconds.contains(time), "\(range) at \(time) s")
      }
    }
  }
}

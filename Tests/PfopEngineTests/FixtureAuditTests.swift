import ByteText
import Foundation
import Testing

@testable import PfopEngine

/// Each file of `fixtures/odd` loads, with the remarks that stand beside it in a `.txt`.
struct FixtureAuditTests {
  private static let folder = Samples.packageRoot + "/fixtures/odd"

  private static var files: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasSuffix(".txt") }.sorted()
    }
  }

  private func remarks(_ paths: [String]) throws -> [String] {
    let (reading, remarks) = FixtureLoader.loadAndAudit(paths: paths)
    if case .refused(let problems) = reading { throw Samples.Broken(problems: problems) }
    return remarks.map { $0.description.replacingOccurrences(of: Samples.packageRoot + "/", with: "") + "\n" }
  }

  @Test(arguments: try files)
  func isRemarkedUpon(_ file: String) throws {
    let path = "\(Self.folder)/\(file)"
    let expected = try String(contentsOfFile: (path as NSString).deletingPathExtension + ".txt", encoding: .utf8)
    #expect(try remarks([path]).joined() == expected)
  }

  @Test(
    arguments: try FileManager.default.contentsOfDirectory(atPath: Samples.packageRoot + "/fixtures").filter {
      $0.hasSuffix(".yaml")
    })
  func whatShipsIsNot(_ file: String) throws {
    #expect(try remarks(["\(Samples.packageRoot)/fixtures/\(file)"]) == [])
  }

  /// Whatever is asked, the engine lets no rule decide of which that is said, and each of the others in its turn.
  @Test func whatNeverHasItsSayDecidesNothing() throws {
    let path = "\(Self.folder)/shadowed.yaml"
    guard case .loaded(let fixture) = FixtureLoader.load(paths: [path]) else {
      Issue.record("not loaded")
      return
    }
    var deciding: Set<String> = []
    for seconds in [0, 15, 25, 90] as [Int64] {
      for (key, force) in [("a.mp4", "0"), ("raw/x.mov", "0"), ("raw/x.mov", "1"), ("rx", "0"), ("x", "0")] {
        for (fops, agent) in [("avinfo", "Go-1"), ("vframe", "curl")] {
          var state = ServiceState(fixture: fixture)
          for attempt in 1...60 {
            let form = Samples.form(["key": key, "force": force, "fops": fops])
            let decision = try agent.withBytes { agent in
              try state.script(form, at: seconds * 1_000_000_000) { subject in
                subject.userAgent = agent
                subject.fields = attempt.isMultiple(of: 2) ? nil : XA()
              }
            }.decision
            switch decision {
            case .accepted(_, let rule): deciding.insert(rule?.ownerName ?? "none")
            case .refused(let refusal): deciding.insert(refusal.check.name)
            case .unanswered(let rule): deciding.insert(rule.ownerName)
            }
          }
        }
      }
    }
    let named = fixture.rules.enumerated().map { "rule \($1.name ?? "\($0 + 1)")" }
    let silent = try remarks([path]).compactMap { remark in
      remark.firstMatch(of: /rules\[(\d+)\]: never has its say/).flatMap { Int($0.1) }.map { named[$0] }
    }
    #expect(silent.count == 4)
    #expect(deciding.intersection(silent) == [])
    // Nobody sends the field that rule 11 asks for.
    let others = Set(named).subtracting(silent).subtracting(["rule 11"])
    #expect(others.subtracting(deciding) == [])
  }

  private struct XA: FieldLookup {
    func hasField(named name: [UInt8], where matches: (ByteView) -> Bool) -> Bool {
      name == Array("x-a".utf8) && "v1".withBytes(matches)
    }
  }

  private func fixture(_ texts: [String]) throws -> [String] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("audit-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer {
      do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) }
    }
    let paths = try texts.enumerated().map { index, text in
      let file = folder.appendingPathComponent("\(index).yaml")
      try Data(text.utf8).write(to: file)
      return file.path
    }
    return try remarks(paths).map { $0.replacingOccurrences(of: folder.path + "/", with: "") }
  }

  @Test func placesAreThoseOfTheirOwnFile() throws {
    let first = "accounts: [{ accessKey: a, secretKey: s }]\nrules:\n  - { name: all, then: { status: 500 } }\n"
    let second = "buckets: { b: { then: { status: 500 } } }\nrules: [{ when: { bucket: b }, then: { status: 501 } }]\n"
    #expect(
      try fixture([first, second]) == [
        "1.yaml:1:23: buckets.b.then: never has its say: rules[0], at 0.yaml:3:5, decides everything that it is for\n",
        "1.yaml:2:9: rules[0]: never has its say: rules[0], at 0.yaml:3:5, decides everything that it is for\n",
      ])
  }

  /// A start is not to wait for it: each of these would be compared with each other.
  @Test(.timeLimit(.minutes(1))) func manyRulesTakeNoLongTime() throws {
    let names = (0..<5000).map { "  - { when: { bucket: b, key: k\($0) }, then: { status: 500 } }\n" }
    let patterns = (0..<5000).map { "  - { when: { key: '*k\($0)k*' }, then: { status: 500 } }\n" }
    let last = "  - { when: { bucket: b, key: k4999 }, then: { status: 501 } }\n"
    let head = "accounts: [{ accessKey: a, secretKey: s }]\nbuckets: { b: { keys: ['*'] } }\nrules:\n"
    let found = try fixture([head + names.joined() + patterns.joined() + last])
    #expect(found.count == 1 && found[0].contains("rules[10000]: never has its say: rules[4999]"), "\(found)")
  }

  @Test func longPatternsTakeNoLongTime() throws {
    let long = String(repeating: "a", count: 1_000_000)
    let head = "accounts: [{ accessKey: a, secretKey: s }]\nrules:\n"
    let rules = ["*\(long)b*", "*\(long)\(long)*"].map { "  - { when: { key: '\($0)' }, then: { status: 500 } }\n" }
    #expect(try fixture([head + rules.joined()]) == [])
  }
}

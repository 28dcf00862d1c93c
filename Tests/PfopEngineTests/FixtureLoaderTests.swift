import Foundation
import PfopEngine
import Testing

struct FixtureLoaderTests {
  private static let account = "accounts: [{ accessKey: ak, secretKey: sk }]\n"

  /// Writes files to a folder of their own and gives what loading says, without the folder's path.
  private func load(_ files: KeyValuePairs<String, String>, paths: [String] = [""]) throws -> [String] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("fixtures-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer {
      do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) }
    }
    for (name, text) in files {
      let file = folder.appendingPathComponent(name)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    switch FixtureLoader.load(paths: paths.map { $0.isEmpty ? folder.path : "\(folder.path)/\($0)" }) {
    case .loaded(let fixture): return fixture.buckets.map(\.name.pattern)
    case .refused(let problems):
      return problems.map { $0.description.replacingOccurrences(of: folder.path, with: "F") }
    }
  }

  @Test func putsFilesOfAFolderTogetherInTheOrderOfTheirNames() throws {
    let buckets = try load([
      "b.yml": "buckets: { b: {} }", "a.yaml": Self.account + "buckets: { a: {} }", "c.json": #"{"buckets":{"c":{}}}"#,
      "README.md": "no: [yaml", ".#a.yaml": "hidden", "below/d.yaml": "buckets: { d: {} }",
    ])
    #expect(buckets == ["a", "b", "c"])
  }

  @Test func readsFilesInTheOrderGiven() throws {
    let files: KeyValuePairs = ["b.txt": "buckets: { b: {} }", "a.yaml": Self.account + "buckets: { a: {} }"]
    #expect(try load(files, paths: ["b.txt", "a.yaml"]) == ["b", "a"])
  }

  @Test func namesMayNotClash() throws {
    let rules = "rules: [{ name: down, then: { status: 599 } }]\n"
    let problems = try load(
      [
        "a.yaml": Self.account + rules + "buckets: { media: {} }",
        "b.yaml": Self.account + rules + "buckets: { media: {} }",
      ])
    #expect(
      problems == [
        "F/b.yaml:1:25: accounts[0].accessKey: \"ak\" is taken already, at F/a.yaml:1:25; allowed: each name once",
        "F/b.yaml:2:17: rules[0].name: \"down\" is taken already, at F/a.yaml:2:17; allowed: each name once",
        "F/b.yaml:3:12: buckets.media: \"media\" is taken already, at F/a.yaml:3:12; allowed: each name once",
      ])
  }

  @Test func reportsTheProblemsOfAllFiles() throws {
    let problems = try load(
      ["a.yaml": "dialect: x", "b.yaml": "bucket: {}"], paths: ["b.yaml", "a.yaml", "c.yaml", "d"])
    #expect(
      problems == [
        "F/b.yaml:1:1: bucket: \"bucket\" is not a field here, did you mean buckets?; "
          + "allowed: dialect, idFormat, accounts, buckets, rules",
        "F/a.yaml:1:10: dialect: \"x\" is not a dialect; allowed: classic, current",
        "F/c.yaml: cannot be read: No such file or directory",
        "F/d: cannot be read: No such file or directory",
      ])
  }

  @Test func saysThatAFolderHoldsNoFixture() throws {
    #expect(
      try load(["notes.txt": ""]) == ["F: the folder holds no fixture; allowed: files named *.yaml, *.yml or *.json"])
  }

  @Test func refusesAFileThatIsTooLarge() throws {
    let text = "#" + String(repeating: "x", count: FixtureLoader.maximumFileSize)
    #expect(try load(["a.yaml": text]) == ["F/a.yaml: the file is too large; allowed: 16777216 bytes"])
  }

  @Test func readsAFileWithAByteOrderMark() throws {
    #expect(try load(["a.yaml": "\u{FEFF}" + Self.account + "buckets: { a: {} }"]) == ["a"])
  }
}

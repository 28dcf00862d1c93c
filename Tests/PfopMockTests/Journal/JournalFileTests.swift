import Foundation
import HTTPServer
import Logging
import PfopEngine
import TestSupport
import Testing

@testable import PfopMock

struct JournalFileTests {
  /// A journal and its file, without a server.
  private final class Scene {
    let lines = LogLines()
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    let core: MockCore
    let file: JournalFile

    init(capacity: Int = 100, _ prepare: (URL) throws -> Void = { _ in }) throws {
      let url = folder.appending(path: "in")
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
      try prepare(url)
      file = try JournalFile(url.appending(path: "journal").path, logger: lines.logger(level: .info))
      var configuration = Configuration()
      configuration.journalCapacity = capacity
      core = try MockCore(
        configuration: configuration, fixture: try FixtureSource(paths: []).load(),
        log: RequestLog(logger: lines.logger(level: .critical), showsAccepted: false), desk: try AnswerDesk(loops: 1),
        backstage: try BackstageDoor())
    }

    deinit {
      do {
        try FileManager.default.removeItem(at: folder)
      } catch {
        print("left behind: \(error)")
      }
    }

    var url: URL { folder.appending(path: "in/journal") }

    func append(_ count: Int = 1, isUnderWay: Bool = false) {
      for _ in 0..<count {
        let arrival = Arrival(connection: 0, firstOctet: 0)
        var record = JournalRecord(
          facts: JournalFacts(time: 0, whole: 0, arrival: arrival, decided: 0, status: 200))
        if isUnderWay { record.facts.passage = .underWay }
        let number = core.withJournal { $0.append(record) }
        core.marks[0].move(behind: number, at: 1)
      }
    }

    /// The numbers of the entries in the file, and `-n` for n that were missed.
    func numbers(_ url: URL? = nil) throws -> [Int] {
      let text = try String(contentsOf: url ?? self.url, encoding: .utf8)
      #expect(text.isEmpty || text.hasSuffix("\n"))
      return try text.split(separator: "\n").filter { $0 != "torn" }.map { line in
        let object = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
        return try #require(object["number"] as? Int ?? (object["missed"] as? Int).map { -$0 })
      }
    }
  }

  @Test func entriesAreAppendedOnce() throws {
    let scene = try Scene()
    scene.append(3)
    scene.file.finish(scene.core)
    #expect(try scene.numbers() == [0, 1, 2])
    scene.append(200)
    scene.core.withJournal { _ = $0.clear() }
    scene.file.finish(scene.core)
    // What is forgotten by then has come all the same.
    #expect(try scene.numbers().suffix(101) == [-100] + Array(103..<203))
    #expect(scene.lines.all.count == 1)
    #expect(scene.lines.all[0].hasPrefix("warning 100 requests came too fast for the journal's file"))
  }

  @Test func aLineThatSomebodyLeftTornIsEnded() throws {
    let scene = try Scene { try Data("torn".utf8).write(to: $0.appending(path: "journal")) }
    scene.append()
    scene.file.finish(scene.core)
    #expect(try String(contentsOf: scene.url, encoding: .utf8).hasPrefix("torn\n{"))
    #expect(try scene.numbers() == [0])
  }

  @Test func aFileThatWasMovedAwayIsFollowedByANewOne() throws {
    let scene = try Scene()
    scene.append()
    scene.file.finish(scene.core)
    let moved = scene.folder.appending(path: "moved")
    try FileManager.default.moveItem(at: scene.url, to: moved)
    scene.append()
    scene.file.finish(scene.core)
    #expect(try scene.numbers() == [1])
    #expect(try scene.numbers(moved) == [0])
  }

  /// Once a minute at most, and never fatal.
  @Test func aFolderThatIsGoneIsReportedAndTriedAgain() throws {
    let scene = try Scene()
    try FileManager.default.removeItem(at: scene.folder.appending(path: "in"))
    for _ in 0..<3 {
      scene.append()
      scene.file.finish(scene.core)
    }
    #expect(scene.lines.all.count == 1)
    #expect(scene.lines.all[0].contains("cannot be opened: No such file or directory"))
    try FileManager.default.createDirectory(
      at: scene.folder.appending(path: "in"), withIntermediateDirectories: false)
    scene.file.finish(scene.core)
    #expect(try scene.numbers() == [0, 1, 2])
  }

  @Test func aFullDiskIsReportedAndTriedAgain() throws {
    let scene = try Scene { folder in
      try FileManager.default.createSymbolicLink(
        atPath: folder.appending(path: "journal").path, withDestinationPath: "/dev/full")
    }
    for _ in 0..<3 {
      scene.append(100)
      scene.file.finish(scene.core)
    }
    #expect(scene.lines.all.count == 1)
    #expect(scene.lines.all[0].contains("cannot be written: No space left on device"))
    try FileManager.default.removeItem(at: scene.url)
    scene.file.finish(scene.core)
    // Those that waited are whole; what there was no room for is counted.
    let numbers = try scene.numbers()
    #expect(numbers.filter { $0 >= 0 }.count - numbers.filter { $0 < 0 }.reduce(0, +) == 300)
    #expect(numbers.last == 299)
  }

  @Test func whatIsUnderWayAtTheEndIsWrittenAsItIs() throws {
    let scene = try Scene()
    scene.append(isUnderWay: true)
    scene.append()
    scene.file.finish(scene.core)
    #expect(try scene.numbers() == [0, 1])
    #expect(try String(contentsOf: scene.url, encoding: .utf8).contains(#""end": "underWay""#))
  }

  @Test func aFileThatCannotBeOpenedStartsNothing() {
    var configuration = Configuration()
    configuration.journalFile = "/nowhere/journal"
    let problems = #expect(throws: StartFailure.self) { try PfopMockServer.start(configuration) }
    #expect(problems?.problems == ["the journal's file /nowhere/journal: cannot be opened: No such file or directory"])
  }

  /// An entry comes once its answer has left, however long that took.
  @Test func aServerWritesWhatCameOfEachRequest() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    var configuration = Configuration()
    configuration.journalFile = folder.appending(path: "journal").path
    let server = try PfopMockServer.start(
      configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let client = try RawClient(port: server.port)
    for _ in 0..<300 {
      try client.send("GET /nix HTTP/1.1\r\nHost: a\r\n\r\n")
      _ = try client.readResponse()
    }
    server.stop()
    let text = try String(contentsOfFile: folder.appending(path: "journal").path, encoding: .utf8)
    let objects = try text.split(separator: "\n").map {
      try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(objects.compactMap { $0["number"] as? Int }.sorted() == Array(0..<300))
    #expect(objects.allSatisfy { ($0["answer"] as? [String: Any])?["end"] as? String == "complete" })
  }
}

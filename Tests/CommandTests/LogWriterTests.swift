import Foundation
import Logging
import Testing

@testable import pfop_mock

struct LogWriterTests {
  private static let time = LogTime(seconds: 1_795_426_507, milliseconds: 42)

  private func line(
    _ message: String, level: Logger.Level = .info, metadata: Logger.Metadata = [:], format: LogFormat = .text,
    usesColour: Bool = false
  ) -> String {
    let writer = LogWriter(logLevel: .trace, format: format, usesColour: usesColour)
    let event = LogEvent(
      level: level, message: "\(message)", metadata: metadata, source: nil, file: "", function: "", line: 0)
    return writer.line(event, at: LogWriterTests.time)
  }

  @Test(arguments: [
    (Logger.Level.debug, ""), (.info, ""), (.notice, "notice: "), (.warning, "warning: "), (.error, "error: "),
  ])
  func textNamesWhatIsAboveInfo(level: Logger.Level, name: String) {
    #expect(line("it is so", level: level) == "\(LogWriterTests.time.local) \(name)it is so\n")
  }

  @Test(arguments: [(200, "32"), (302, "32"), (400, "33"), (404, "33"), (500, "31"), (599, "31"), (614, "33")])
  func colourTellsTheStatus(status: Int, code: String) {
    let metadata: Logger.Metadata = ["status": .stringConvertible(status)]
    #expect(
      line("x", metadata: metadata, usesColour: true) == "\u{1B}[\(code)m\(LogWriterTests.time.local) x\u{1B}[0m\n")
    #expect(line("x", metadata: metadata) == "\(LogWriterTests.time.local) x\n")
  }

  @Test func colourWarnsWhereThereIsNoStatus() {
    #expect(line("x", level: .warning, usesColour: true).hasPrefix("\u{1B}[31m"))
    #expect(!line("x", level: .notice, usesColour: true).contains("\u{1B}"))
  }

  /// What a terminal acts on, or hides, is escaped; a value in JSON stays the same.
  @Test func noCharacterIsUnseen() throws {
    let text = "a\u{7F}\u{9B}2J\u{202E}fdp\u{2028}\u{FEFF}\u{E0041}\u{1B}]0;\u{7}中"
    let escaped = #"a\u007f\u009b2J\u202efdp\u2028\ufeff\udb40\udc41\u001b]0;\u0007中"#
    #expect(line(text) == "\(LogWriterTests.time.local) \(escaped)\n")
    let json = line(text, metadata: ["key": "\(text)"], format: .json)
    #expect(json.contains(#""message": "\#(escaped)""#) && json.contains(#""key": "\#(escaped)""#))
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    #expect(object["message"] as? String == text && object["key"] as? String == text)
  }

  @Test func jsonIsOneObjectALine() throws {
    let metadata: Logger.Metadata = [
      "status": .stringConvertible(404), "id": "9007199254740993", "key": "中\u{0}\"\\\u{1F}文\u{2028}",
      "list": ["a", "b"],
    ]
    let line = line("two\nlines \"quoted\"", level: .warning, metadata: metadata, format: .json)
    #expect(line.hasSuffix("}\n") && line.filter(\.isNewline).count == 1)
    #expect(line.hasPrefix(#"{"time": "2026-11-23T09:35:07.042Z", "level": "warning", "message": "two\nlines "#))
    let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    #expect(object["message"] as? String == "two\nlines \"quoted\"")
    #expect(object["status"] as? Int == 404)
    #expect(object["id"] as? String == "9007199254740993")
    #expect(object["key"] as? String == "中\u{0}\"\\\u{1F}文\u{2028}")
    #expect(object.count == 7)
  }
}

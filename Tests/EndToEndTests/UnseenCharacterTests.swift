import Foundation
import Guarded
import Logging
import TestSupport
import Testing

@testable import PfopMock

/// Characters that move a cursor, turn the direction of writing or are not seen, sent by a client: what is told of them
/// is escaped, and the same when it is read.
struct UnseenCharacterTests {
  private static let text =
    "a\u{7F}\u{80}\u{9B}2J\u{AD}\u{202E}gpj\u{202C}\u{2066}\u{200E}\u{2028}\u{2029}\u{FEFF}\u{E0041}中é"
  private static let escaped =
    #"a\u007f\u0080\u009b2J\u00ad\u202egpj\u202c\u2066\u200e\u2028\u2029\ufeff\udb40\udc41中é"#

  private func expectEscaped(_ octets: some Sequence<UInt8>, _ outlet: String) {
    let text = String(decoding: Array(octets), as: UTF8.self)
    let unseen = text.unicodeScalars.filter { scalar in
      scalar != "\n"
        && [.control, .format, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
    }
    #expect(unseen.isEmpty, "\(outlet): \(unseen.map { String($0.value, radix: 16) })")
    // What a message quotes is escaped once more.
    let isTold = text.contains(Self.escaped) || text.contains(Self.escaped.replacing("\\", with: "\\\\"))
    #expect(isTold || text.contains(#"a\\x7F\\xC2\\x80"#), "\(outlet): \(text.prefix(2000))")
  }

  @Test func theyAreEscapedInEveryOutlet() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).ndjson").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    let mock = try MockServer(yaml: "buckets: { open: { keys: ['*'] } }") { $0.journalFile = file }
    let listener = try mock.connect()
    try listener.send("GET /__admin/events HTTP/1.0\r\nHost: localhost\r\n\r\n")
    while !listener.received.contains(Array(": listening\n\n".utf8)) { try listener.receiveMore() }
    let id = try mock.pfop { $0.with("bucket", "open").with("key", Self.text) }
    _ = try mock.answer(to: "GET /marker HTTP/1.1\r\nHost: a\r\n\r\n")
    while !listener.received.contains(Array("/marker".utf8)) { try listener.receiveMore() }
    let events = String(decoding: listener.received, as: UTF8.self)
    expectEscaped(events[(events.firstRange(of: "id: 1\n")?.lowerBound ?? events.endIndex)...].utf8, "events")
    let path = Self.text.utf8.map { "%" + String(Int($0) + 256, radix: 16).dropFirst() }.joined()
    let query = "jobs?bucket=open&\(path)=1"
    for call in ["state", "jobs", "jobs/\(id)", "requests", "requests/0", "buckets/\(path)", query, "jobs/\(path)"] {
      expectEscaped(try mock.admin(call).body, call)
    }
    let rule = try mock.admin("rules", #"{"name": \#(Self.text.jsonString), "then": {"accept": true}, "x": 1}"#)
    #expect(rule.status == 400)
    expectEscaped(try mock.admin("jobs/wait", #"{"until": \#(Self.text.jsonString)}"#).body, "jobs/wait")
    expectEscaped(try mock.admin("rules", #"{\#(Self.text.jsonString): 1}"#).body, "rules")
    #expect((try mock.admin("jobs").json["jobs"] as? [[String: Any]])?.count == 1)
    let status = try mock.status(id)
    #expect(status["inputKey"] as? String == Self.text)
    expectEscaped(try #require(mock.server.journal.first).line.utf8, "log")
    mock.server.stop()
    expectEscaped(try Data(contentsOf: URL(fileURLWithPath: file)), "journal file")
    let line = try #require(try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").first)
    let entry = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    #expect(entry?["key"] as? String == Self.text)
  }
}

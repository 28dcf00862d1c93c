import Testing

@testable import PfopMock

struct JournalLineTests {
  private let entry = JournalEntry(
    number: 7, time: 0, duration: 12_345, status: 404, authorization: .valid, reqid: "r", method: "POST",
    target: "/pfop", userAgent: "ua", bucket: "media", key: "中文.mp4", id: 0, decidedBy: "key", diagnosis: "why",
    remark: "")

  @Test func saysEverythingOnOneLine() {
    #expect(entry.line == "404 POST /pfop media/中文.mp4 [key] 12us - why")
  }

  @Test func whatIsNotKnownIsLeftOut() {
    var entry = entry
    (entry.method, entry.target, entry.bucket, entry.key, entry.diagnosis) = ("", "", "", "", "")
    (entry.id, entry.remark) = (9, "odd")
    #expect(entry.line == "404 - - [key] id=9 12us (odd)")
    #expect(
      entry.metadata.keys.sorted() == [
        "authorization", "decidedBy", "durationMicroseconds", "id", "remark", "reqid", "status", "userAgent",
      ])
  }

  @Test func nothingFromOutsideMovesTheCursor() {
    var entry = entry
    entry.key = "a\n\u{1B}[2J\u{202E}b"
    #expect(entry.line == #"404 POST /pfop media/a\n\u001b[2J\u202eb [key] 12us - why"#)
  }
}

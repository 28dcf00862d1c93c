import Testing

@testable import PfopEngine

struct UploadedFilesTests {
  private func facts(_ size: Int64) -> FileFacts { FileFacts(size: size, hash: "h", mimeType: "t", putTime: 0) }

  @Test func remembersTheLatestFacts() {
    var files = UploadedFiles(limit: 10)
    let entry = Array("b:k".utf8)
    #expect(files.isEmpty && files[entry] == nil)
    files.insert(entry, facts(1))
    files.insert(entry, facts(2))
    #expect(files[entry]?.size == 2 && !files.isEmpty)
    files.remove(entry)
    #expect(files[entry] == nil)
  }

  @Test func forgetsTheOldestInTime() {
    var files = UploadedFiles(limit: 4)
    let entries = (0..<20).map { Array("b:\($0)".utf8) }
    for entry in entries { files.insert(entry, facts(1)) }
    let kept = entries.filter { files[$0] != nil }
    #expect(kept.count >= 4 && kept.count <= 8 && kept.last == entries.last)
  }

  @Test func keepsNothingOfLongNames() {
    var files = UploadedFiles(limit: 4)
    files.insert(Array(repeating: 0x61, count: 1025), facts(1))
    #expect(files.isEmpty)
  }

  @Test func forgetsOneBucket() {
    var files = UploadedFiles(limit: 1)
    let entries = ["a:1", "b:1", "a:2"].map { Array($0.utf8) }
    for entry in entries { files.insert(entry, facts(1)) }
    "a".withBytes { files.removeAll(of: $0) }
    #expect(files[entries[0]] == nil && files[entries[2]] == nil)
  }
}

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

  @Test(arguments: 0..<3)
  func octetsAreCountedRightWhateverHappens(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let share = 100_000
    var files = UploadedFiles(limit: 10_000, share: share)
    func recount() -> Int {
      [files.young, files.old].joined().reduce(0) { $0 + UploadedFiles.octets($1.key, $1.value) }
    }
    for _ in 0..<5000 {
      let entry = Array("b\(random.below(3)):\(random.below(500))".utf8)
      if random.below(4) == 0 {
        files.remove(entry)
      } else {
        let type = String(repeating: "t", count: random.below(200))
        files.insert(entry, FileFacts(size: 1, hash: "h", mimeType: type, putTime: 0))
      }
      if random.below(500) == 0 { "b1".withBytes { files.removeAll(of: $0) } }
      #expect(files.octets == recount() && files.octets <= share)
    }
    #expect(files.evictedCount > 0 && files.emptied().octets == 0 && files.emptied().isEmpty)
  }
}

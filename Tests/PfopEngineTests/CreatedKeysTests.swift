import Testing

@testable import PfopEngine

struct CreatedKeysTests {
  @Test func remembersBucketAndKey() {
    var keys = CreatedKeys(limit: 10)
    "media:a:b".withBytes { keys.insert($0) }
    func contains(_ bucket: String, _ key: String) -> Bool {
      bucket.withBytes { bucket in key.withBytes { keys.contains(bucket: bucket, key: $0) } }
    }
    #expect(contains("media", "a:b"))
    #expect(!contains("media:a", "b"))
    #expect(!contains("media", "a"))
    #expect(!contains("other", "a:b"))
    #expect("media:a:b".withBytes { keys.contains($0) })
  }

  @Test func forgetsTheOldestInTime() {
    var keys = CreatedKeys(limit: 1)
    for number in 0..<300_000 { "b:\(number)".withBytes { keys.insert($0) } }
    let kept = (0..<300_000).filter { number in "b:\(number)".withBytes { keys.contains($0) } }
    #expect(kept.count <= 64 * 2 * 1024)
    #expect(kept.contains(299_999))
    #expect(!kept.contains(0))
  }
}

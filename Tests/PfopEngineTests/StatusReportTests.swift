import ByteText
import Testing

@testable import PfopEngine

struct StatusReportTests {
  private func job(fops: String, pipeline: String = "") -> Job {
    Job(
      id: 7, createdAt: Timestamp(nanoseconds: 0), reqid: "r", bucket: "media", key: "视频.mp4", fops: fops,
      pipeline: pipeline, notifyURL: "http://a/")
  }

  @Test func tellsAFinishedJob() throws {
    let report = StatusReport(job(fops: "avthumb/mp4|\(Samples.saveas("b:目标:1"));vframe/jpg|\(Samples.saveas("b"))"))
    #expect(report.id == 7)
    #expect(report.code == .success)
    #expect(report.desc == "The fop was completed successfully")
    #expect(report.inputBucket == "media")
    #expect(report.inputKey == "视频.mp4")
    #expect(report.pipeline == "0.default")
    #expect(report.reqid == "r")
    #expect(report.creationDate == "1970-01-01T08:00:00.000+08:00")
    #expect(report.type == 0)
    #expect(
      report.items.map(\.cmd) == ["avthumb/mp4|\(Samples.saveas("b:目标:1"))", "vframe/jpg|\(Samples.saveas("b"))"])
    #expect(report.items[0].key == "目标:1")
    #expect(report.items[1].key.count == 57)
    #expect(report.items.allSatisfy { $0.code == .success && $0.desc == report.desc && $0.returnOld == 0 })
    #expect(StatusReport(job(fops: "a", pipeline: "mine")).pipeline == "mine")
  }

  /// Other people's golden files hold these: they may never change.
  @Test func derivedNamesAreStable() {
    let item = StatusReport(job(fops: "avthumb/mp4")).items[0]
    #expect(item.hash == "FrbvEfJEZRUPSOpzzpMJhMKFFR1E")
    #expect(item.key == "8H6C_nXeRoElKoCquV1ZQRQBgGE=/FldjKGk6adMhGacrPKB5jRjXSP9n")
  }

  @Test func hashesLookLikeEtags() {
    var seen: Set<String> = []
    for (bucket, key, command) in [
      ("a", "b", "c"), ("ab", "", "c"), ("a", "bc", ""), ("", "ab", "c"), ("a", "b", "d"), ("b", "a", "c"),
    ] {
      let hash = DerivedName.hash(bucket: bucket, key: key, command: command)
      #expect(hash.count == 28)
      #expect(hash.withBytes { URLSafeBase64.decode($0) }?.first == 0x16)
      #expect(seen.insert(hash).inserted)
    }
  }
}

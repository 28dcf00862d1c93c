import ByteText
import Testing

@testable import PfopEngine

struct StatusReportTests {
  private func job(
    fops: String, template: String = "", pipeline: String = "", plan: JobPlan = .immediate, after time: Int64 = 0,
    notifies: Bool = false
  ) -> Job {
    var state = JobState(plan, createdAt: 0, notifies: notifies)
    _ = state.timeCame(time, plan)
    return Job(
      id: 7, createdAt: Timestamp(nanoseconds: 0), reqid: "r", bucket: "media", key: "视频.mp4", fops: fops,
      pipeline: pipeline, notifyURL: notifies ? "http://a/" : "", workflowTemplateID: template, accessKey: "ak",
      traits: [], state: state,
      result: plan.result)
  }

  @Test func tellsAJobThatHasNotFinished() {
    let plan = JobPlan(waiting: 10, processing: 10, result: .failed(error: "e", errorIndex: nil))
    for (time, code) in [(0, StatusReport.Code.waiting), (10, .processing)] {
      let report = StatusReport(job(fops: "a;b", plan: plan, after: Int64(time)))
      #expect(report.code == code && report.desc == code.description)
      #expect(report.items.map(\.cmd) == ["a", "b"])
      for item in report.items {
        #expect(item.code == code && item.desc == code.description && item.hash == "" && item.key == "")
        #expect(item.error == nil && item.errorIndex == nil && item.returnOld == 0)
      }
    }
  }

  @Test(arguments: [(nil, [0, 1, 2]), (0, [0]), (1, [1]), (2, [2]), (9, [2])] as [(Int?, [Int])])
  func tellsWhichCommandsFailed(_ errorIndex: Int?, _ failed: [Int]) {
    let plan = JobPlan(result: .failed(error: "not a valid video", errorIndex: errorIndex))
    let report = StatusReport(job(fops: "a;b;c", plan: plan))
    #expect(report.code == .failed && report.desc == "The fop is failed")
    for (index, item) in report.items.enumerated() {
      let hasFailed = failed.contains(index)
      #expect(item.code == (hasFailed ? .failed : .success))
      #expect(item.error == (hasFailed ? "not a valid video" : nil))
      #expect(item.errorIndex == (hasFailed ? index : nil))
      #expect(item.hash.isEmpty == hasFailed && item.key.isEmpty == hasFailed)
    }
  }

  @Test func tellsWhatCommandsMet() {
    var job = job(fops: "a;b;c")
    job.encounters = [0: .returnedOld]
    #expect(StatusReport(job).code == .success)
    #expect(StatusReport(job).items.map(\.returnOld) == [1, 0, 0])
    job.encounters = [0: .returnedOld, 2: .fileExists]
    let report = StatusReport(job)
    #expect(report.code == .failed)
    #expect(report.items.map(\.code) == [.success, .success, .failed])
    #expect(report.items[2].error == "file exists" && report.items[2].errorIndex == 2)
  }

  /// Code 4 is about the notification: what the job came to is told by its items, and by every further notification.
  @Test func tellsANotificationThatFailed() {
    for (result, code) in [
      (JobResult.success, StatusReport.Code.success), (.failed(error: "e", errorIndex: 0), .failed),
    ] {
      var job = job(fops: "a", plan: JobPlan(result: result), notifies: true)
      #expect(StatusReport(job).code == code)
      _ = job.state.notificationFailed(at: 0, NotificationPolicy(tries: 1, backoff: 1))
      let report = StatusReport(job)
      #expect(report.code == .notificationFailed && report.desc == "Callback failed")
      #expect(report.items[0].code == code)
      #expect(StatusReport(result: job).code == code)
    }
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

  @Test func tellsTheTemplateThatWasNamed() {
    let report = StatusReport(job(fops: "", template: "test-workflow"))
    #expect(report.taskFrom == "test-workflow")
    #expect(report.items.map(\.cmd) == ["test-workflow"])
    #expect(StatusReport(job(fops: "a")).taskFrom == nil)
  }

  @Test(arguments: IDFormat.allCases)
  func tellsTheIDAsItWasTold(_ format: IDFormat) {
    var job = job(fops: "a")
    job.traits.insert(.force)
    job.traits.idFormat = .zoned
    job.traits.idFormat = format
    #expect(StatusReport(job).idFormat == format)
    #expect(job.traits.contains(.force))
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

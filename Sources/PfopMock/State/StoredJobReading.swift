import ByteText
import PfopEngine

extension JSONTreeReader {
  private static let jobTexts = ["reqid", "bucket", "key", "fops", "pipeline", "notifyURL", "workflowTemplateID"]
  private static let jobNeeds = ["id", "createdAt", "accessKey", "traits", "phase", "notification"]
  private static let jobExtras = jobTexts + ["tries", "due", "plan", "result", "encounters"]

  func storedJob() throws(SnapshotProblem) -> ServiceSnapshot.StoredJob {
    var job = Job.blank
    var plan = JobPlan.immediate
    var result: JobResult?
    var (phase, delivery, tries, due) = (JobState.Phase.finished, JobState.Delivery.none, UInt8(0), Int64.max)
    try fields(required: Self.jobNeeds, optional: Self.jobExtras) { name throws(SnapshotProblem) in
      switch name {
      case "id": job.id = try integer(1...Int64.max)
      case "createdAt": job.createdAt = Timestamp(nanoseconds: try integer(Timestamp.clockRange))
      case "accessKey": job.accessKey = try jobText()
      case "reqid": job.reqid = try jobText()
      case "bucket": job.bucket = try jobText()
      case "key": job.key = try jobText()
      case "fops": job.fops = try jobText()
      case "pipeline": job.pipeline = try jobText()
      case "notifyURL": job.notifyURL = try jobText()
      case "workflowTemplateID": job.workflowTemplateID = try jobText()
      case "traits": job.traits = JobTraits(rawValue: try integer(0...127))
      case "phase": phase = try choice([.waiting, .processing, .finished], \.name)
      case "notification":
        delivery = try choice([.none, .planned, .underWay, .delivered, .failed, .suppressed], \.name)
      case "tries": tries = try integer(0...UInt8.max)
      case "due": due = try integer(StateReader.times)
      case "plan": plan = try jobPlan()
      case "result": result = try jobResult()
      default: job.encounters = try encounters()
      }
    }
    job.state = JobState(phase: phase, delivery: delivery, tries: tries, due: due)
    job.result = result ?? plan.result
    guard job.state.isSound, (delivery == .none) == job.notifyURL.isEmpty else {
      throw problem(
        "phase, notification, tries, due and notifyURL do not go together",
        allowed: "due exactly while something is to happen by itself; notification none exactly without notifyURL")
    }
    var url = job.notifyURL
    if !url.isEmpty, let fault = url.withUTF8({ NotifyURL.fault(in: ByteView($0), schemeRequired: false) }) {
      throw problem("notifyURL \(fault.explanation)", allowed: "a URL as pfop takes it")
    }
    return ServiceSnapshot.StoredJob(job: job, plan: plan)
  }

  /// No longer than what a form can hold.
  private func jobText() throws(SnapshotProblem) -> String {
    let text = try string()
    if text.utf8.count <= FormDecoder.maximumLength { return text }
    throw problem("is too long", allowed: "at most \(FormDecoder.maximumLength) bytes")
  }

  /// In the words of fixtures.
  private func jobPlan() throws(SnapshotProblem) -> JobPlan {
    var plan = JobPlan.immediate
    var (fails, error, index) = (false, JobResult.defaultError, Int?.none)
    let names = ["waiting", "processing", "result", "error", "errorIndex", "notifyAfter"]
    try fields(required: [], optional: names) { name throws(SnapshotProblem) in
      switch name {
      case "waiting": plan.waiting = try span()
      case "processing": plan.processing = try span()
      case "notifyAfter": plan.notifyAfter = try span()
      case "result": fails = try choice(["success", "failed"]) { $0 } == "failed"
      case "error": error = try string()
      default: index = try integer(0...999)
      }
    }
    if fails { plan.result = .failed(error: error, errorIndex: index) }
    return plan
  }

  private func span() throws(SnapshotProblem) -> Int64 {
    if let span = DurationText.parse(try string()) { return span }
    throw problem("is no span of time", allowed: DurationText.allowed())
  }

  private func jobResult() throws(SnapshotProblem) -> JobResult {
    var error: String?
    var index: Int?
    try fields(required: [], optional: ["error", "errorIndex"]) { name throws(SnapshotProblem) in
      if name == "error" { error = try string() } else { index = try integer(0...999) }
    }
    return error.map { .failed(error: $0, errorIndex: index) } ?? .success
  }

  private func encounters() throws(SnapshotProblem) -> [Int: TargetEncounter] {
    var encounters: [Int: TargetEncounter] = [:]
    try members { name throws(SnapshotProblem) in
      guard let index = Int(name), 0...999 ~= index else {
        throw problem("is no place of a command", allowed: "0 to 999")
      }
      encounters[index] = try choice(TargetEncounter.all, \.name)
    }
    return encounters
  }
}

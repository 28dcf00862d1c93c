import ByteText

/// What a status query tells of a job, and a notification of its result. The names are those of the JSON.
package struct StatusReport: Sendable, Equatable {
  package enum Code: Int, Sendable {
    case success = 0
    case waiting = 1
    case processing = 2
    case failed = 3
    /// Processed, and the result could not be notified.
    case notificationFailed = 4

    package var description: String {
      switch self {
      case .success: "The fop was completed successfully"
      case .waiting: "The fop is waiting for execution"
      case .processing: "The fop is executing now"
      case .failed: "The fop is failed"
      case .notificationFailed: "Callback failed"
      }
    }
  }

  package struct Item: Sendable, Equatable {
    /// One whole command of `fops`.
    package var cmd: String
    package var code: Code
    package var desc: String
    /// Why the command failed; nil unless it did.
    package var error: String?
    /// The command's place among those of `fops`, from 0, if it failed.
    package var errorIndex: Int?
    /// Empty unless the command succeeded; so is the next.
    package var hash: String
    /// The key of the saveas target, else derived.
    package var key: String
    /// 1 if the target existed before, and the command did not overwrite it.
    package var returnOld: Int
  }

  package var id: Int64
  package var idFormat: IDFormat
  package var code: Code
  package var desc: String
  package var inputBucket: String
  package var inputKey: String
  package var pipeline: String
  package var reqid: String
  /// RFC 3339 with fraction and offset.
  package var creationDate: String
  package var type: Int
  /// The workflow template; nil unless one was named.
  package var taskFrom: String?
  package var items: [Item]

  /// The report on a job as it stands.
  package init(_ job: Job) { self.init(job, code: Code(of: job)) }

  /// What a notification tells of a job that has finished: its result, whatever became of other tries to tell it.
  package init(result job: Job) { self.init(job, code: Code(resultOf: job)) }

  private init(_ job: Job, code: Code) {
    id = job.id
    idFormat = job.traits.idFormat
    self.code = code
    desc = code.description
    inputBucket = job.bucket
    inputKey = job.key
    pipeline = job.pipeline.isEmpty ? "0.default" : job.pipeline
    reqid = job.reqid
    creationDate = job.createdAt.rfc3339
    type = job.traits.contains(.idleType) ? 1 : 0
    taskFrom = job.workflowTemplateID.isEmpty ? nil : job.workflowTemplateID
    let commands = job.commands
    items = commands.indices.map { Item(job, command: commands[$0], index: $0, of: commands.count) }
  }
}

extension StatusReport.Code {
  /// Where a job stands.
  package init(of job: Job) {
    switch job.state.delivery {
    case .failed: self = .notificationFailed
    case .none, .planned, .underWay, .delivered, .suppressed: self.init(resultOf: job)
    }
  }

  fileprivate init(resultOf job: Job) {
    switch job.state.phase {
    case .waiting: self = .waiting
    case .processing: self = .processing
    case .finished:
      let count = job.commands.count
      self = (0..<count).allSatisfy { job.error(of: $0, of: count) == nil } ? .success : .failed
    }
  }
}

extension StatusReport.Item {
  fileprivate init(_ job: Job, command: String, index: Int, of count: Int) {
    cmd = command
    error = nil
    errorIndex = nil
    hash = ""
    key = ""
    returnOld = 0
    switch job.state.phase {
    case .waiting: code = .waiting
    case .processing: code = .processing
    case .finished:
      error = job.error(of: index, of: count)
      code = error == nil ? .success : .failed
      if error != nil {
        errorIndex = index
      } else {
        hash = DerivedName.hash(bucket: job.bucket, key: job.key, command: command)
        key = job.resultKey(of: command)
        returnOld = job.encounters[index] == .returnedOld ? 1 : 0
      }
    }
    desc = code.description
  }
}

extension Job {
  /// The commands of `fops`, whole, in order. Nobody knows what a template holds: it counts as one command by its name.
  var commands: [String] {
    if !workflowTemplateID.isEmpty { return [workflowTemplateID] }
    var fops = fops
    return fops.withUTF8 { text in FopPipeline(ByteView(text)).commands.map { String(decoding: $0, as: UTF8.self) } }
  }

  /// Why a command fails; nil if it succeeds.
  /// - Parameters:
  ///   - index: the command's place, from 0.
  ///   - count: how many commands there are.
  func error(of index: Int, of count: Int) -> String? {
    switch result {
    case .failed(let error, let errorIndex):
      if errorIndex.map({ min($0, count - 1) == index }) ?? true { return error }
    case .success: break
    }
    return encounters[index] == .fileExists ? "file exists" : nil
  }

  /// Under which key a command's result lies.
  func resultKey(of command: String) -> String {
    var text = command
    return text.withUTF8 { FopPipeline.saveasTarget(of: ByteView($0))?.key }
      ?? DerivedName.key(bucket: bucket, key: key, command: command)
  }
}

import ByteText

/// What a status query tells of a job. The names are those of the answer's JSON.
package struct StatusReport: Sendable, Equatable {
  /// 0 success.
  package enum Code: Int, Sendable {
    case success = 0

    package var description: String {
      switch self {
      case .success: "The fop was completed successfully"
      }
    }
  }

  package struct Item: Sendable, Equatable {
    /// One whole command of `fops`.
    package var cmd: String
    package var code: Code
    package var desc: String
    package var hash: String
    /// The key of the saveas target, else derived.
    package var key: String
    /// 1 if the target existed before.
    package var returnOld: Int
  }

  package var id: Int64
  package var code: Code
  package var desc: String
  package var inputBucket: String
  package var inputKey: String
  package var pipeline: String
  package var reqid: String
  /// RFC 3339 with fraction and offset.
  package var creationDate: String
  package var type: Int
  package var items: [Item]

  /// The report on a job that finished at once.
  package init(_ job: Job) {
    id = job.id
    code = .success
    desc = Code.success.description
    inputBucket = job.bucket
    inputKey = job.key
    pipeline = job.pipeline.isEmpty ? "0.default" : job.pipeline
    reqid = job.reqid
    creationDate = job.createdAt.rfc3339
    type = 0
    var fops = job.fops
    items = fops.withUTF8 { text in FopPipeline(ByteView(text)).commands.map { Item($0, of: job) } }
  }
}

extension StatusReport.Item {
  fileprivate init(_ command: ByteView, of job: Job) {
    cmd = String(decoding: command, as: UTF8.self)
    code = .success
    desc = code.description
    hash = DerivedName.hash(bucket: job.bucket, key: job.key, command: cmd)
    key =
      FopPipeline.saveasTarget(of: command)?.key
      ?? DerivedName.key(bucket: job.bucket, key: job.key, command: cmd)
    returnOld = 0
  }
}

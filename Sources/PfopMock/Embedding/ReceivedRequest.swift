/// A request that has come, and what came of it. No secret is in it.
public struct ReceivedRequest: Sendable, Equatable {
  /// Counts all requests of a server from 0.
  public let number: UInt64
  /// The `X-Reqid` of the answer.
  public let reqid: String
  /// Empty if the request could not be read, as the next two.
  public let method: String
  /// Path and query as they were sent.
  public let target: String
  /// What the client says it is.
  public let userAgent: String
  /// The AccessKey that is claimed, whether the signature is right or not; empty if there is none.
  public let accessKey: String
  /// Empty if the request names none, or was refused before it was read; so are the next four.
  public let bucket: String
  /// The key of the source.
  public let key: String
  /// The commands as they were sent.
  public let fops: String
  /// The pipeline that is asked for.
  public let pipeline: String
  /// Who is to be notified.
  public let notifyURL: String
  /// The persistentId that was given out or asked for; 0 if there is none.
  public let persistentID: Int64
  /// The status of the answer; 0 if a script left the request without one.
  public let status: Int
  /// The check or rule that decided, such as `authorization`, `bucket`, `rule transcoder down`, `accepted`.
  public let decidedBy: String
  /// Why, for people; empty where there is nothing to explain.
  public let diagnosis: String

  init(_ entry: JournalEntry) {
    number = entry.number
    reqid = entry.reqid
    method = entry.method
    target = entry.target
    userAgent = entry.userAgent
    accessKey = entry.accessKey
    bucket = entry.bucket
    key = entry.key
    fops = entry.fops
    pipeline = entry.pipeline
    notifyURL = entry.notifyURL
    persistentID = entry.id
    status = entry.status
    decidedBy = entry.decidedBy
    diagnosis = entry.diagnosis
  }
}
